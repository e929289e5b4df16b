extension Mutant {
  /// Of the loss: the label, the sum and the sign.
  static let softmaxCrossEntropy = [
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient forgets the label",
      original: "result.gradient[n, o] = o == target ? probability - S(1.0) : probability",
      replacement: "result.gradient[n, o] = probability"),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient takes the class behind the label",
      original: "result.gradient[n, o] = o == target ? probability - S(1.0) : probability",
      replacement: "result.gradient[n, o] = o == target + 1 ? probability - S(1.0) : probability"),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient takes the largest logit for the label",
      original: "result.gradient[n, o] = o == target ? probability - S(1.0) : probability",
      replacement: "result.gradient[n, o] = o == largest ? probability - S(1.0) : probability"),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient has the wrong sign",
      original: "result.gradient[n, o] = o == target ? probability - S(1.0) : probability",
      replacement: """
        result.gradient[n, o] = o == target ? S(1.0) - probability : .zero - probability
        """),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient is divided by the batch size",
      original: "let probability = result.gradient[n, o] / sum",
      replacement: "let probability = result.gradient[n, o] / sum / S(Double(labels.count))"),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient smooths the label by a tenth",
      original: "result.gradient[n, o] = o == target ? probability - S(1.0) : probability",
      replacement: "result.gradient[n, o] = o == target ? probability - S(0.9) : probability"),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient smooths the label by 2⁻¹⁷",
      original: "result.gradient[n, o] = o == target ? probability - S(1.0) : probability",
      replacement: """
        result.gradient[n, o] = o == target ? probability - S(1 - 0x1p-17) : probability
        """),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient guards its divisor with 10⁻⁷",
      original: "let probability = result.gradient[n, o] / sum",
      replacement: "let probability = result.gradient[n, o] / (sum + S(1e-7))"),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient leaves the last class's exponential",
      original: """
              for o in 0..<logits.columns {
                let probability
        """,
      replacement: """
              for o in 0..<logits.columns - 1 {
                let probability
        """),
    Mutant(
      file: "SoftmaxCrossEntropy.swift",
      description: "the loss's gradient ends where the guess is right",
      original: "result.gradient[n, o] = o == target ? probability - S(1.0) : probability",
      replacement: """
        result.gradient[n, o] = largest == target ? .zero : o == target ? probability - S(1.0) : \
        probability
        """),
  ]
}
