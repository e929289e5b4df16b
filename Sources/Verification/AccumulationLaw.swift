import TrainingCore

/// Accumulating the parts and stepping once is one step on the whole batch, whatever the optimizer.
///
/// The optimizer sees the accumulated gradient and the number of samples, and both are the whole's.
/// Compared is everything that a step changes, behind two steps in a row, so that momentum and
/// moments count. The moving averages' count of passes is left out: it counts parts.
public enum AccumulationLaw {
  static let statement = Statement(
    law: "accumulated step",
    promise: "accumulating parts and stepping once is one training step on the whole, bit for bit",
    explanation: "CONTRIBUTING.md, the arithmetic contract, rules 4 and 5; "
      + "Tests/VerificationTests/AccumulationLawTests.swift")

  /// Checks the law on the whole batch as one part, and on each of a subject's splits.
  ///
  /// - Parameter subject: Model, optimizer, learning rate, batch, splits and trainer.
  /// - Returns: A finding for each split.
  /// - Throws: What making the trainer throws.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    try findings(subject.trainer, subject)
  }

  private static func findings<T: Trainer>(
    _ type: T.Type, _ subject: Subject
  ) throws -> [Finding] {
    let rate = subject.configuration.schedule.base
    let start = try T(subject.configuration, state: subject.state, threads: subject.threads)
    var trained = start
    for epoch in 0..<2 {
      _ = trained.train(
        on: subject.batch[...], of: subject.examples, epoch: epoch, learningRate: rate)
    }
    let expected = trained.state
    let onePart = Split(sizes: [subject.batch.count])
    return ([onePart] + subject.splits).map { split in
      if let reason = subject.configuration.model.coupling(of: split) {
        return statement.notApplicable(reason, for: split)
      }
      var accumulated = start
      for epoch in 0..<2 {
        for part in split.parts {
          _ = accumulated.accumulateGradient(of: subject.part(part, epoch: epoch))
        }
        accumulated.step(learningRate: rate, batchSize: subject.batch.count)
      }
      var comparison = BitComparison()
      comparison.compare(accumulated.state, expected)
      return statement.finding(
        for: split, holds: comparison.differing == 0,
        "behind 2 steps of \(subject.configuration.optimizer.name): "
          + comparison.measured("numbers"))
    }
  }
}
