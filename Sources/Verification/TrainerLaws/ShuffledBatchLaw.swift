import Statistics
import TrainingCore

/// The order of the samples in a batch changes nothing but roundings.
///
/// The loss not even those: it is an exact sum. A weight's gradient is a sum of N products, one for
/// each sample, which are the same in every order, and a fold of N fused multiply-adds is off by at
/// most γ_N Σ|gₙ| (Higham 2002, equation 3.5), so two folds differ by at most twice that. The gₙ are
/// the gradients of the samples alone, each off by one rounding.
///
/// Over the positions of an image a sample's gradient is itself a sum, whose terms may cancel, and
/// no trainer tells their magnitudes: of convolutions and of normalised maps it says nothing. A trainer
/// that doesn't promise bits is compared in full, within the wider bound of `RoundingAllowance`.
///
/// It does not hold under batch normalisation, whose statistics depend on the order by their
/// roundings, and every sample's loss with them.
public enum ShuffledBatchLaw {
  private static func statement(_ isExact: Bool) -> Statement {
    Statement(
      law: "order in a batch",
      promise: isExact
        ? "shuffled: the same loss exactly, gradients within 2 γ_N Σ|gₙ|"
        : "shuffled: the same loss and gradients, within the rounding bound",
      explanation: "Higham 2002, “Accuracy and Stability of Numerical Algorithms”, section 3.1; "
        + "Tests/VerificationTests/ShuffledBatchLawTests.swift")
  }

  /// Checks the law on three orders of a subject's batch.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement(T.promisesBits).findings {
      guard subject.configuration.model.isUncoupled else {
        throw NotApplicable(
          "batch normalisation's statistics are folded in the batch's order, and every sample's "
            + "loss takes part in their rounding")
      }
      let measured = try measure(subject, of: trainer)
      if let fault = measured.lossFault { return Outcome(holds: false, fault) }
      let excess = measured.excess
      return Outcome(
        holds: excess.holds,
        "\(T.promisesBits ? "equal loss" : "loss") \(sixDigits(measured.loss)); "
          + "gradients use \(excess.percent) of the bound\(excess.fault(separator: ", "))"
          + (measured.isPartial ? "; sums over positions aren't compared" : ""))
    }
  }

  /// The loss in the batch's own order, the worst of all differences, how an exact loss differs, and
  /// whether some gradients aren't compared.
  typealias Measurement = (loss: Double, excess: Excess, lossFault: String?, isPartial: Bool)

  static func measure<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> Measurement {
    let probe = try Probe<T>(subject)
    let isBounded = subject.configuration.model.gradientPositions.map { $0 == 1 || !T.promisesBits }
    let allowance = T.promisesBits ? nil : try subject.allowance()
    let places = subject.state.parameters.map(\.values.count).ranges
    let bounds =
      allowance.map { allowance in
        places.map { allowance.gradientErrors[$0].map { 2 * $0 } }
      } ?? bounds(probe, subject)
    let whole = probe.gradient(of: [subject.whole()])
    let expected = whole.tally.loss.value
    var result: Measurement = (expected, Excess(), nil, isBounded.contains(false))
    for order in 0..<3 {
      let samples = Permutation.random(
        count: subject.batch.count, seed: subject.configuration.seed, epoch: order
      ).map { subject.batch[$0] }
      let shuffled = probe.gradient(of: [Batch(samples, of: subject.examples)])
      let loss = shuffled.tally.loss.value
      if let allowance {
        result.excess.compare([loss], [expected], bounds: [2 * allowance.lossError], name: "loss")
      } else if shuffled.tally != whole.tally {
        result.lossFault = "loss \(loss) instead of \(expected)"
        return result
      }
      for (index, tensor) in whole.tensors.enumerated() where isBounded[index] {
        result.excess.compare(
          shuffled.tensors[index].values.map(Double.init), tensor.values.map(Double.init),
          bounds: bounds[index], name: tensor.name)
      }
    }
    return result
  }

  /// 2 γ_N Σ|gₙ| of each weight, [parameters][elements].
  ///
  /// What is read as gₙ may be less than the exact product by one rounding, hence N + 1 of them.
  private static func bounds<T>(_ probe: Probe<T>, _ subject: Subject) -> [[Double]] {
    let count = subject.batch.count
    var sums = subject.state.parameters.map { Array(repeating: 0.0, count: $0.values.count) }
    for single in subject.singles {
      for (index, tensor) in probe.gradient(of: [single]).tensors.enumerated() {
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
