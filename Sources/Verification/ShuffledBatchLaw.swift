import TrainingCore

/// The order of the samples in a batch changes nothing but roundings.
///
/// The loss not even those: it is an exact sum. A weight's gradient is a sum of N products, one for
/// each sample, which are the same in every order, and a fold of N fused multiply-adds is off by at
/// most γ_N Σ|gₙ| (Higham 2002, equation 3.5), so two folds differ by at most twice that. The gₙ are
/// the gradients of the samples alone, each off by one rounding.
///
/// Over the positions of an image a sample's gradient is itself a sum, whose terms may cancel, and
/// no trainer tells their magnitudes: of convolutions and of normalised maps it says nothing.
public enum ShuffledBatchLaw {
  static let statement = Statement(
    law: "order in a batch",
    promise: "shuffled: the same loss exactly, gradients within 2 γ_N Σ|gₙ|",
    explanation: "Higham 2002, “Accuracy and Stability of Numerical Algorithms”, section 3.1; "
      + "Tests/VerificationTests/ShuffledBatchLawTests.swift")

  /// Checks the law on three orders of a subject's batch.
  ///
  /// - Parameter subject: Model, batch, seed and trainer.
  /// - Returns: One finding.
  /// - Throws: What making the trainer throws.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    guard subject.configuration.model.isUncoupled else {
      return [
        statement.notApplicable(
          "batch normalisation's statistics are folded in the batch's order, and every sample's "
            + "loss takes part in their rounding")
      ]
    }
    return try [measure(subject).finding]
  }

  /// What was measured: the finding, and how much of the bound was used.
  static func measure(_ subject: Subject) throws -> (finding: Finding, share: Double) {
    try measure(subject.trainer, subject)
  }

  private static func measure<T: Trainer>(
    _ type: T.Type, _ subject: Subject
  ) throws -> (finding: Finding, share: Double) {
    let probe = try Probe<T>(subject)
    let isBounded = subject.configuration.model.gradientPositions.map { $0 == 1 }
    let bounds = bounds(probe, subject)
    let whole = probe.gradient(of: [subject.whole()])
    var worst = Excess()
    for order in 0..<3 {
      let places = Permutation.random(
        count: subject.batch.count, seed: subject.configuration.seed, epoch: order)
      let shuffled = probe.gradient(
        of: [Batch(places.map { subject.batch[$0] }, of: subject.examples)])
      guard shuffled.tally == whole.tally else {
        let loss = shuffled.tally.loss.value
        return (
          statement.finding(
            holds: false, "loss \(loss) instead of \(whole.tally.loss.value)"), .infinity
        )
      }
      for (index, tensor) in whole.tensors.enumerated() where isBounded[index] {
        worst.compare(
          shuffled.tensors[index].values, tensor.values, bounds: bounds[index], name: tensor.name)
      }
    }
    return (
      statement.finding(
        holds: worst.share <= 1,
        "equal loss \(sixDigits(whole.tally.loss.value)); gradients use \(worst.percent) of the bound"
          + (worst.share > 1 ? ", \(worst.place)" : "")
          + (isBounded.contains(false) ? "; sums over positions aren't compared" : "")),
      worst.share
    )
  }

  /// 2 γ_N Σ|gₙ| of each weight, [parameters][elements].
  ///
  /// What is read as gₙ may be less than the exact product by one rounding, hence N + 1 of them.
  private static func bounds<T: Trainer>(_ probe: Probe<T>, _ subject: Subject) -> [[Double]] {
    let count = subject.batch.count
    var sums = subject.state.parameters.map { Array(repeating: 0.0, count: $0.values.count) }
    probe.eachGradient(of: subject.batch.indices.map { subject.part($0..<$0 + 1) }) { gradient in
      for (index, tensor) in gradient.tensors.enumerated() {
        let values = tensor.values.span
        var target = sums[index].mutableSpan
        for element in values.indices { target[element] += Double(values[element]).magnitude }
      }
    }
    let factor = 2 * RoundingBounds.gamma(count + 1, of: Float.self) * RoundingBounds.slack
    let tiny = 2 * Double(count) * RoundingBounds.leastNumber
    return sums.map { $0.map { $0 * factor + tiny } }
  }
}
