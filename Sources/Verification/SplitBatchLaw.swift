import TrainingCore

/// Any split of a batch, equal or not, has the whole batch's loss and gradient, bit for bit.
///
/// The loss because it is an exact sum of the samples' losses, and addition of integers associates.
/// The gradient because a weight's sum over samples starts at what the gradient already holds: the
/// parts, one after the other, go through the same additions in the same order as the whole. What
/// it takes is that a sample's activations don't depend on what else is in the pass. Dropout keeps
/// that, since a mask belongs to its sample; batch normalisation does not, except in ghost groups
/// that no part cuts (Hoffer, Hubara & Soudry 2017, section 4).
public enum SplitBatchLaw {
  static let statement = Statement(
    law: "split batch",
    promise: "the parts' loss and accumulated gradient are the whole batch's, bit for bit",
    explanation: "Goyal et al. 2017, section 2.3; Hoffer, Hubara & Soudry 2017, section 4; "
      + "Tests/VerificationTests/SplitBatchLawTests.swift")

  /// Checks the law on each of a subject's splits.
  ///
  /// - Parameter subject: Model, batch, splits and trainer.
  /// - Returns: A finding for each split.
  /// - Throws: What making the trainer throws.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    try findings(subject.trainer, subject)
  }

  private static func findings<T: Trainer>(
    _ type: T.Type, _ subject: Subject
  ) throws -> [Finding] {
    let probe = try Probe<T>(subject)
    let whole = probe.gradient(of: [subject.whole()])
    return statement.findings(subject) { split in
      if let reason = subject.configuration.model.coupling(of: split) {
        return statement.notApplicable(reason, for: split)
      }
      let parts = probe.gradient(of: split.parts.map { subject.part($0) })
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
}
