extension Mutant {
  /// Of what batch normalisation's backward pass knows of the forward pass, and of ghost groups.
  static let batchNormRecords = [
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation takes the first group's mean for all",
      original: "let mean = statistics.mean[index]",
      replacement: "let mean = statistics.mean[index * 0]"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation takes the first group's deviation for all",
      original: "let inverseDeviation = statistics.inverseDeviation[index]",
      replacement: "let inverseDeviation = statistics.inverseDeviation[index * 0]"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation divides by the batch's size, not the group's",
      original: """
              let count = S(Double(group.count))
              var gradientSum
        """,
      replacement: """
              let count = S(Double(x.rows))
              var gradientSum
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation divides by the first group's size",
      original: """
              let count = S(Double(group.count))
              var gradientSum
        """,
      replacement: """
              let count = S(Double(statistics.groups[0].count))
              var gradientSum
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation's sums go on from group to group",
      original: """
            for (index, group) in statistics.groups.enumerated() {
              let mean = statistics.mean[index]
              let inverseDeviation = statistics.inverseDeviation[index]
              let count = S(Double(group.count))
              var gradientSum = Array(repeating: S.zero, count: x.columns)
              var productSum = gradientSum
        """,
      replacement: """
            var gradientSum = Array(repeating: S.zero, count: x.columns)
            var productSum = gradientSum
            for (index, group) in statistics.groups.enumerated() {
              let mean = statistics.mean[index]
              let inverseDeviation = statistics.inverseDeviation[index]
              let count = S(Double(group.count))
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation leaves out the last group",
      original: "for (index, group) in statistics.groups.enumerated() {",
      replacement: "for (index, group) in statistics.groups.enumerated().dropLast() {"),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation leaves out a group that isn't full",
      original: "for (index, group) in statistics.groups.enumerated() {",
      replacement: """
        for (index, group) in statistics.groups.enumerated()
          where group.count == statistics.groups[0].count {
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation forgets ε",
      original: "statistics.inverseDeviation.append(inverseDeviation)",
      replacement: """
        statistics.inverseDeviation.append(
          squares.map { S(1.0) / ($0 / count).squareRoot() })
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation's ε is outside of the root",
      original: "statistics.inverseDeviation.append(inverseDeviation)",
      replacement: """
        statistics.inverseDeviation.append(
          squares.map { S(1.0) / (($0 / count).squareRoot() + epsilon) })
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation keeps the unbiased deviation",
      original: "statistics.inverseDeviation.append(inverseDeviation)",
      replacement: """
        statistics.inverseDeviation.append(
          squares.map { S(1.0) / ($0 / varianceCount + epsilon).squareRoot() })
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation keeps the deviation of the moving variance",
      original: "statistics.inverseDeviation.append(inverseDeviation)",
      replacement: """
        statistics.inverseDeviation.append(
          moving.variance.elements.map { S(1.0) / ($0 + epsilon).squareRoot() })
        """),
    Mutant(
      file: "BatchNorm.swift",
      description: "batch normalisation keeps the moving mean",
      original: "statistics.mean.append(mean)",
      replacement: "statistics.mean.append(moving.mean.elements)"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "batch normalisation keeps its output for its input",
      original: "let positions = x.reshaped(columns: spec.features)",
      replacement: "let positions = trace.activations[index + 1].reshaped(columns: spec.features)"),
    Mutant(
      file: "ReferenceTrainer+Backward.swift",
      description: "batch normalisation is left out of the chain",
      original: """
              return BatchNorm.backward(
                x: positions, statistics: statistics, parameters: parameters[parameter],
                outputGradient: positionGradient, into: &gradients[parameter]
              ).reshaped(columns: x.columns)
        """,
      replacement: """
              _ = BatchNorm.backward(
                x: positions, statistics: statistics, parameters: parameters[parameter],
                outputGradient: positionGradient, into: &gradients[parameter])
              return outputGradient
        """),
  ]
}
