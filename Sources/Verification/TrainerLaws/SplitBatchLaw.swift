import TrainingCore

/// Any split of a batch, equal or not, has the whole batch's loss and gradient.
///
/// Bit for bit under the arithmetic contract. The loss because it is an exact sum of the samples'
/// losses, and addition of integers associates. The gradient because a weight's sum over samples
/// starts at what the gradient already holds: the parts, one after the other, go through the same
/// additions in the same order as the whole. Another trainer may add in another order, and is off by
/// roundings: both sums are within the bound of the exact one, and so within twice the bound of each
/// other.
///
/// What it takes is that a sample's activations don't depend on what else is in the pass. Dropout
/// keeps that, since a mask belongs to its sample; batch normalisation does not, except in ghost
/// groups that no part cuts (Hoffer, Hubara & Soudry 2017, section 4).
public enum SplitBatchLaw {
  static func statement(_ exactness: String) -> Statement {
    Statement(
      law: "split batch",
      promise: "the parts' loss and accumulated gradient are the whole batch's, \(exactness)",
      explanation: "Goyal et al. 2017, section 2.3; Hoffer, Hubara & Soudry 2017, section 4; "
        + "Tests/VerificationTests/SplitBatchLawTests.swift")
  }

  /// Checks the law on each of a subject's splits.
  ///
  /// - Parameters:
  ///   - subject: Model, batch and splits.
  ///   - trainer: The trainer.
  /// - Returns: A finding for each split.
  /// - Throws: What making the trainer throws.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let statement = statement(T.exactness)
    let probe = try Probe<T>(subject)
    let whole = probe.gradient(of: [subject.whole()])
    return try statement.findings(subject) { split in
      if let reason = subject.configuration.model.coupling(of: split) {
        return statement.notApplicable(reason, for: split)
      }
      let parts = probe.gradient(of: split.parts.map { subject.part($0) })
      guard !T.promisesBits else { return exact(statement, split, parts, whole) }
      guard let allowance = try subject.allowance() else {
        return statement.notApplicable(RoundingAllowance.unknown, for: split)
      }
      let (loss, expected) = (parts.tally.loss.value, whole.tally.loss.value)
      let prediction = BoundedPrediction(
        measured: [loss] + parts.tensors.numbers, predicted: [expected] + whole.tensors.numbers,
        bounds: ([allowance.lossError] + allowance.gradientErrors).map { 2 * $0 })
      return statement.finding(
        for: split, holds: prediction.holds,
        "loss \(sixDigits(loss)) and \(sixDigits(expected)); loss and gradients use "
          + "\(prediction.percent) of the rounding bound")
    }
  }

  private static func exact<T>(
    _ statement: Statement, _ split: Split, _ parts: Probe<T>.Gradient, _ whole: Probe<T>.Gradient
  ) -> Finding {
    var comparison = BitComparison()
    comparison.compare(parts.tensors, whole.tensors)
    guard parts.tally == whole.tally else {
      return statement.finding(
        for: split, holds: false,
        "loss \(parts.tally.loss.value) instead of \(whole.tally.loss.value); "
          + comparison.measured("gradients"))
    }
    return statement.finding(
      for: split, holds: comparison.differing == 0,
      "equal loss \(sixDigits(whole.tally.loss.value)); " + comparison.measured("gradients"))
  }
}
