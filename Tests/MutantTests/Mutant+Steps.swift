extension Mutant {
  /// Of the step: the factor 1/B, and a gradient that stays.
  static let steps = [
    Mutant(
      file: "GradientClipping.swift",
      description: "the factor 1/B is missing",
      original: "let mean = S(1.0) / S(Double(batchSize))",
      replacement: "let mean = S(1.0)"),
    Mutant(
      file: "GradientClipping.swift",
      description: "the factor 1/B is 1/(B − 1)",
      original: "let mean = S(1.0) / S(Double(batchSize))",
      replacement: "let mean = S(1.0) / S(Double(Swift.max(batchSize - 1, 1)))"),
    Mutant(
      file: "GradientClipping.swift",
      description: "the factor 1/B is there twice",
      original: "let mean = S(1.0) / S(Double(batchSize))",
      replacement: "let mean = S(1.0) / S(Double(batchSize * batchSize))"),
    Mutant(
      file: "ReferenceTrainer.swift",
      description: "the weights' gradient isn't cleared behind a step",
      original: "gradients[index].weight.clear()",
      replacement: "gradients[index].weight = gradients[index].weight"),
    Mutant(
      file: "ReferenceTrainer.swift",
      description: "the bias's gradient isn't cleared behind a step",
      original: "gradients[index].bias.clear()",
      replacement: "gradients[index].bias = gradients[index].bias"),
    Mutant(
      file: "ReferenceTrainer.swift",
      description: "the bias's step lacks the factor 1/B",
      original: "gradientSum: gradients[index].bias, factor: factor,",
      replacement: "gradientSum: gradients[index].bias, factor: S(1.0),"),
  ]
}
