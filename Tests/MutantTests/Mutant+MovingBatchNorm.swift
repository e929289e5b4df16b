extension Mutant {
  /// Of normalisation by moving averages, which don't depend on the batch.
  static let movingBatchNorm = [
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's β is forgotten",
      original: """
                parameterGradient.bias[0, c] = parameterGradient.bias[0, c] + gradient
                parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                  gradient, normalized)
                inputGradient
        """,
      replacement: """
                parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                  gradient, normalized)
                inputGradient
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's γ is forgotten",
      original: """
                parameterGradient.weight[0, c] = parameterGradient.weight[0, c].addingProduct(
                  gradient, normalized)
                inputGradient
        """,
      replacement: "        inputGradient"),
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's γ takes x that isn't centred",
      original: """
        let normalized = (x[n, c] - moving.mean[0, c]) * inverseDeviation
                parameterGradient
        """,
      replacement: """
        let normalized = x[n, c] * inverseDeviation
                parameterGradient
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's γ takes x that isn't scaled",
      original: """
        let normalized = (x[n, c] - moving.mean[0, c]) * inverseDeviation
                parameterGradient
        """,
      replacement: """
        let normalized = x[n, c] - moving.mean[0, c]
                parameterGradient
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's input gradient forgets γ",
      original: """
        parameters.weight[0, c] * inverseDeviation * gradient
              }
        """,
      replacement: """
        inverseDeviation * gradient
              }
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's input gradient forgets the deviation",
      original: """
        parameters.weight[0, c] * inverseDeviation * gradient
              }
        """,
      replacement: """
        parameters.weight[0, c] * gradient
              }
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's gradient forgets ε",
      original: """
        let inverseDeviation = S(1.0) / (moving.variance[0, c] + epsilon).squareRoot()
              for n in 0..<x.rows {
                let gradient
        """,
      replacement: """
        let inverseDeviation = S(1.0) / moving.variance[0, c].squareRoot()
              for n in 0..<x.rows {
                let gradient
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "moving normalisation's gradient takes the first channel's variance",
      original: """
        let inverseDeviation = S(1.0) / (moving.variance[0, c] + epsilon).squareRoot()
              for n in 0..<x.rows {
                let gradient
        """,
      replacement: """
        let inverseDeviation = S(1.0) / (moving.variance[0, 0] + epsilon).squareRoot()
              for n in 0..<x.rows {
                let gradient
        """),
  ]
}
