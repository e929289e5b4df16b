extension Mutant {
  /// Of the binary loss: signs, and which side a logit is on.
  static let binaryCrossEntropy = [
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient forgets the label's sign",
      original:
        "result.gradient[n, 0] = isTarget ? .zero - probabilityOfOther : probabilityOfOther",
      replacement: "result.gradient[n, 0] = probabilityOfOther"),
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient has the wrong sign",
      original:
        "result.gradient[n, 0] = isTarget ? .zero - probabilityOfOther : probabilityOfOther",
      replacement:
        "result.gradient[n, 0] = isTarget ? probabilityOfOther : .zero - probabilityOfOther"),
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient takes the label's probability for the other's",
      original: "let probabilityOfOther = (isPositive == isTarget ? exponential : one) / sum",
      replacement: "let probabilityOfOther = (isPositive == isTarget ? one : exponential) / sum"),
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient forgets the label's side",
      original: "let probabilityOfOther = (isPositive == isTarget ? exponential : one) / sum",
      replacement: "let probabilityOfOther = (isPositive ? exponential : one) / sum"),
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient is divided by the batch size",
      original: "let probabilityOfOther = (isPositive == isTarget ? exponential : one) / sum",
      replacement: """
        let probabilityOfOther = (isPositive == isTarget ? exponential : one) / sum / S(Double(labels.count))
        """),
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient guards its divisor with 10⁻⁷",
      original: "let probabilityOfOther = (isPositive == isTarget ? exponential : one) / sum",
      replacement: """
        let probabilityOfOther = (isPositive == isTarget ? exponential : one) / (sum + S(1e-7))
        """),
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient ends where the guess is right",
      original:
        "result.gradient[n, 0] = isTarget ? .zero - probabilityOfOther : probabilityOfOther",
      replacement: """
        result.gradient[n, 0] =
                isPositive == isTarget ? .zero : isTarget ? .zero - probabilityOfOther : probabilityOfOther
        """),
    Mutant(
      file: "BinaryCrossEntropy.swift",
      description: "the binary loss's gradient smooths the label by 2⁻¹⁷",
      original:
        "result.gradient[n, 0] = isTarget ? .zero - probabilityOfOther : probabilityOfOther",
      replacement: """
        result.gradient[n, 0] = isTarget ? .zero - probabilityOfOther : probabilityOfOther
              if isTarget { result.gradient[n, 0] = result.gradient[n, 0] + S(0x1p-17) }
        """),
  ]
}
