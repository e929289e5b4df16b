import TrainingCore

/// What comes out for a sample doesn't depend on what else is in its batch.
///
/// Every split law rests on this. In inference mode it holds for all models, since normalising
/// layers then use moving averages; in training mode for all but those. A trainer tells the loss of
/// a pass, not of each sample, so what is checked there is that the whole's exact sum is that of
/// the samples alone.
public enum LoneSampleLaw {
  static let statement = Statement(
    law: "lone samples",
    promise: "a sample's outputs and loss don't depend on what else is in the batch; in training, "
      + "unless it is normalised by it",
    explanation: "CONTRIBUTING.md, the arithmetic contract, rules 2 and 10; "
      + "Tests/VerificationTests/LoneSampleLawTests.swift")

  /// Checks the law on a subject's batch.
  ///
  /// - Parameter subject: Model, batch and trainer.
  /// - Returns: One finding.
  /// - Throws: What making the trainer throws.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    try [finding(subject.trainer, subject)]
  }

  private static func finding<T: Trainer>(_ type: T.Type, _ subject: Subject) throws -> Finding {
    var trainer = try T(
      subject.configuration, state: subject.state, threads: subject.threads)
    let places = subject.batch.indices
    let alone = places.map { trainer.outputs(for: subject.part($0..<$0 + 1)) }
    var comparison = BitComparison()
    comparison.compare(
      trainer.outputs(for: subject.whole()), alone.flatMap { $0 }, name: "outputs")
    let reversed = Batch(subject.batch.reversed(), of: subject.examples)
    comparison.compare(
      trainer.outputs(for: reversed), alone.reversed().flatMap { $0 }, name: "reversed outputs")
    var sum = Tally()
    for place in places { sum.add(trainer.evaluate(subject.part(place..<place + 1))) }
    var losses = [(sum, trainer.evaluate(subject.whole()), "in inference")]
    if subject.configuration.model.isUncoupled {
      var sum = Tally()
      for place in places {
        sum.add(trainer.accumulateGradient(of: subject.part(place..<place + 1)))
      }
      losses.append((sum, trainer.accumulateGradient(of: subject.whole()), "in training"))
    }
    for (alone, together, mode) in losses where alone != together {
      return statement.finding(
        holds: false,
        "losses \(mode) come to \(together.loss.value), alone to \(alone.loss.value)")
    }
    let modes = losses.map(\.2).joined(separator: " and ")
    return statement.finding(
      holds: comparison.differing == 0,
      "\(comparison.measured("outputs")); equal losses \(modes)"
        + (losses.count == 1 ? "; in training, batch normalisation couples samples" : ""))
  }
}
