import TrainingCore

/// Any split of a batch, equal or not, has the whole batch's loss and gradient.
///
/// Bit for bit under the arithmetic contract. The loss because it is an exact sum of the samples'
/// losses, and addition of integers associates. The gradient because a weight's sum over samples
/// starts at what the gradient already holds: the parts, one after the other, go through the same
/// additions in the same order as the whole. Another trainer may add in another order: both sums are
/// within the rounding bound of the exact one, and so within twice the bound of each other.
///
/// What it takes is that a sample's activations don't depend on what else is in the pass. Dropout
/// keeps that, since a mask belongs to its sample. It does not hold under batch normalisation, except
/// in ghost groups that no part cuts (Hoffer, Hubara & Soudry 2017, section 4); nor of the mean of
/// the parts' means where the parts are unequal (`MeanOfMeansLaw`).
public enum SplitBatchLaw {
  private static func statement(_ exactness: String) -> Statement {
    Statement(
      law: "split batch",
      promise: "the parts' loss and accumulated gradient are the whole batch's, \(exactness)",
      explanation: "Goyal et al. 2017, section 2.3; Hoffer, Hubara & Soudry 2017, section 4; "
        + "Tests/VerificationTests/SplitBatchLawTests.swift")
  }

  /// Checks the law on each of a subject's splits.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let probe = try Probe<T>(subject)
    let whole = probe.gradient(of: [subject.whole()])
    return try statement(T.exactness).findings(for: subject.splits) { split in
      try subject.requireUncoupled(split)
      let parts = probe.gradient(of: split.parts.map { subject.part($0) })
      let (loss, expected) = (parts.tally.loss.value, whole.tally.loss.value)
      if T.promisesBits {
        var comparison = BitComparison()
        comparison.compare(parts.tensors, whole.tensors)
        let isEqual = parts.tally == whole.tally
        return Outcome(
          holds: isEqual && comparison.differing == 0,
          (isEqual
            ? "equal loss \(sixDigits(expected)); " : "loss \(loss) instead of \(expected); ")
            + comparison.measured("gradients"))
      }
      let allowance = try subject.allowance()
      let prediction = BoundedPrediction(
        measured: [loss] + parts.tensors.numbers, predicted: [expected] + whole.tensors.numbers,
        bounds: ([allowance.lossError] + allowance.gradientErrors).map { 2 * $0 })
      return Outcome(
        holds: prediction.holds,
        "loss \(sixDigits(loss)) and \(sixDigits(expected)); loss and gradients use "
          + "\(prediction.percent) of the rounding bound")
    }
  }
}
