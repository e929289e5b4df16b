import ReferenceTraining
import TrainingCore

/// What comes out for a sample doesn't depend on what else is in its batch.
///
/// Every split law rests on this. In inference mode it holds for all models, since normalising
/// layers then use moving averages; in training mode for all but those. A trainer tells the loss of
/// a pass, not of each sample, so what is checked there is that the whole's exact sum is that of
/// the samples alone.
public enum LoneSampleLaw {
  static func statement(_ exactness: String) -> Statement {
    Statement(
      law: "lone samples",
      promise:
        "a sample's outputs and loss don't depend on what else is in the batch, \(exactness);"
        + " in training, unless it is normalised by it",
      explanation: "CONTRIBUTING.md, the arithmetic contract, rules 2 and 10; "
        + "Tests/VerificationTests/LoneSampleLawTests.swift")
  }

  /// Checks the law on a subject's batch.
  ///
  /// - Parameters:
  ///   - subject: Model and batch.
  ///   - trainer: The trainer.
  /// - Returns: One finding.
  /// - Throws: What making the trainer throws.
  public static func findings<T: Trainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let statement = statement(T.exactness)
    let measured = try Measurement<T>(subject)
    let coupling =
      measured.losses.count == 1 ? "; in training, batch normalisation couples samples" : ""
    guard !T.promisesBits else { return [exact(statement, measured, coupling)] }
    guard let training = try subject.allowance() else {
      return [statement.notApplicable(RoundingAllowance.unknown)]
    }
    let inference = try InferenceAllowance(subject)
    var excess = Excess()
    for (actual, name) in [(measured.together, "outputs"), (measured.reversed, "reversed outputs")]
    {
      excess.compare(
        actual.map(Double.init), measured.alone.map(Double.init),
        bounds: inference.outputErrors.map { 2 * $0 }, name: name)
    }
    for (loss, bound) in zip(measured.losses, [inference.lossError, training.lossError]) {
      excess.compare(
        [loss.together.loss.value], [loss.alone.loss.value], bounds: [2 * bound],
        name: "loss \(loss.mode)")
    }
    return [
      statement.finding(
        holds: excess.share <= 1,
        "outputs and losses use \(excess.percent) of the rounding bound\(coupling)"
          + (excess.share > 1 ? "; \(excess.place)" : ""))
    ]
  }

  private static func exact<T>(
    _ statement: Statement, _ measured: Measurement<T>, _ coupling: String
  ) -> Finding {
    var comparison = BitComparison()
    comparison.compare(measured.together, measured.alone, name: "outputs")
    comparison.compare(measured.reversed, measured.alone, name: "reversed outputs")
    for loss in measured.losses where loss.alone != loss.together {
      return statement.finding(
        holds: false,
        "losses \(loss.mode) come to \(loss.together.loss.value), alone to "
          + "\(loss.alone.loss.value)")
    }
    let modes = measured.losses.map(\.mode).joined(separator: " and ")
    return statement.finding(
      holds: comparison.differing == 0,
      "\(comparison.measured("outputs")); equal losses \(modes)\(coupling)")
  }

  /// What a trainer makes of the samples alone and together.
  private struct Measurement<T: Trainer> {
    typealias Loss = (alone: Tally, together: Tally, mode: String)
    let alone: [Float]
    let together: [Float]
    /// The outputs of the reversed batch, put back into order.
    let reversed: [Float]
    let losses: [Loss]

    init(_ subject: Subject) throws {
      let trainer = try T(subject.configuration, state: subject.state, threads: subject.threads)
      let singles = subject.batch.indices.map { subject.part($0..<$0 + 1) }
      let each = singles.map { trainer.outputs(for: $0) }
      alone = each.flatMap { $0 }
      together = trainer.outputs(for: subject.whole())
      let backwards = trainer.outputs(for: Batch(subject.batch.reversed(), of: subject.examples))
      let width = each.first?.count ?? 1
      reversed = stride(from: backwards.count - width, through: 0, by: -width).flatMap {
        backwards[$0..<$0 + width]
      }
      var sum = Tally()
      for single in singles { sum.add(trainer.evaluate(single)) }
      var losses: [Loss] = [(sum, trainer.evaluate(subject.whole()), "in inference")]
      if subject.configuration.model.isUncoupled {
        var training = trainer
        var sum = Tally()
        for single in singles { sum.add(training.accumulateGradient(of: single)) }
        losses.append((sum, training.accumulateGradient(of: subject.whole()), "in training"))
      }
      self.losses = losses
    }
  }

  /// How far roundings may take outputs and loss in inference mode.
  private struct InferenceAllowance {
    let outputErrors: [Double]
    let lossError: Double

    init(_ subject: Subject) throws(ModelError) {
      var configuration = subject.configuration
      configuration.optimizer = .sgd(SGDSpec())
      var state = subject.state
      state.slots = []
      let trainer = try ReferenceTrainer<ErrorBound>(configuration, state: state)
      let (outputs, losses) = trainer.errorBoundEvaluation(of: subject.whole())
      outputErrors = outputs.map(\.error)
      lossError = RoundingAllowance.sum(losses).error
    }
  }
}
