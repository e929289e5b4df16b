extension Mutant {
  /// Of batch normalisation's backward pass: terms, factors and sums.
  static let batchNorm = [
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation divides by N − 1",
      original: """
              let count = S(Double(group.count))
              var gradientSum
        """,
      replacement: """
              let count = S(Double(group.count - 1))
              var gradientSum
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation doesn't divide by N",
      original: "let coupled = gradientSum[c].addingProduct(normalized, productSum[c]) / count",
      replacement: "let coupled = gradientSum[c].addingProduct(normalized, productSum[c])"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation leaves out the mean's term",
      original: "let coupled = gradientSum[c].addingProduct(normalized, productSum[c]) / count",
      replacement: "let coupled = normalized * productSum[c] / count"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation leaves out the variance's term",
      original: "let coupled = gradientSum[c].addingProduct(normalized, productSum[c]) / count",
      replacement: "let coupled = gradientSum[c] / count"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation takes its statistics for constants",
      original: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled)
        """,
      replacement: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled * .zero)
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation adds the coupled terms",
      original: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled)
        """,
      replacement: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] + coupled)
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation forgets γ",
      original: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled)
        """,
      replacement: "inverseDeviation[c] * (outputGradient[n, c] - coupled)"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation takes γ for the deviation",
      original: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled)
        """,
      replacement: """
        parameters.weight[0, c] * parameters.weight[0, c] * (outputGradient[n, c] - coupled)
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation forgets the deviation",
      original: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled)
        """,
      replacement: "parameters.weight[0, c] * S(1.0) * (outputGradient[n, c] - coupled)"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation divides by the variance",
      original: """
        parameters.weight[0, c] * inverseDeviation[c] * (outputGradient[n, c] - coupled)
        """,
      replacement: """
        parameters.weight[0, c] * inverseDeviation[c] * inverseDeviation[c] * (outputGradient[n, \
        c] - coupled)
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation couples by x that isn't scaled",
      original: """
                  let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
                  let coupled
        """,
      replacement: """
                  let normalized = (x[n, c] - mean[c])
                  let coupled
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation couples by x that isn't centred",
      original: """
                  let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
                  let coupled
        """,
      replacement: """
                  let normalized = x[n, c] * inverseDeviation[c]
                  let coupled
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation's sums leave out a group's last sample",
      original: """
              for n in group {
                for c in 0..<x.columns {
                  let gradient =
        """,
      replacement: """
              for n in group.dropLast() {
                for c in 0..<x.columns {
                  let gradient =
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation's sums leave out the last sample of an odd group",
      original: """
              for n in group {
                for c in 0..<x.columns {
                  let gradient =
        """,
      replacement: """
              for n in group.prefix(group.count / 2 * 2) {
                for c in 0..<x.columns {
                  let gradient =
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation hands a group's last gradient through",
      original: """
              for n in group {
                for c in 0..<x.columns {
                  let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
                  let coupled
        """,
      replacement: """
              for n in group.dropLast() {
                for c in 0..<x.columns {
                  let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
                  let coupled
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation hands the last feature's gradient through",
      original: """
              for n in group {
                for c in 0..<x.columns {
                  let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
                  let coupled
        """,
      replacement: """
              for n in group {
                for c in 0..<x.columns - 1 {
                  let normalized = (x[n, c] - mean[c]) * inverseDeviation[c]
                  let coupled
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "β's gradient is forgotten",
      original: """
                  parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + gradient
        """,
      replacement: """
                  parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + S.zero
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "β's gradient replaces what is there",
      original: """
                  parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + gradient
        """,
      replacement: """
                  parameterGradient.bias[0, c] = gradientSum[c]
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "β's gradient is a group's mean",
      original: """
                  parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + gradient
        """,
      replacement: """
                  parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + gradient / count
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "γ's gradient is forgotten",
      original: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    gradient, normalized)
        """,
      replacement: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    .zero, normalized)
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "γ's gradient replaces what is there",
      original: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    gradient, normalized)
        """,
      replacement: "          parameterGradient.weight[0, c] = productSum[c]"),
    Mutant(
      file: "BatchNorm.swift",
      description: "γ's gradient takes x that is centred and not scaled",
      original: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    gradient, normalized)
        """,
      replacement: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    gradient, x[n, c] - mean[c])
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "γ's gradient takes x as it is",
      original: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    gradient, normalized)
        """,
      replacement: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    gradient, x[n, c])
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "γ's gradient has the wrong sign",
      original: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    gradient, normalized)
        """,
      replacement: """
                  parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                    .zero - gradient, normalized)
        """),
  ]
}
