import ReferenceTraining
import TrainingCore

/// A sample's outputs and loss don't depend on what else is in its batch, nor on its place there.
///
/// Every split law rests on this. In inference mode it holds for all models, since normalising layers
/// then use running statistics. In training mode it does not hold where a layer normalises by its
/// batch. A trainer tells the loss of a pass, not of each sample, so what is checked there is that
/// the whole's exact sum is that of the samples alone.
public enum LoneSampleLaw {
  private static func statement(_ exactness: String) -> Statement {
    Statement(
      law: "lone samples",
      promise:
        "a sample's outputs and loss don't depend on what else is in the batch, \(exactness);"
        + " in training, unless it is normalised by it",
      explanation: "CONTRIBUTING.md, the arithmetic contract, rules 2 and 10; "
        + "Tests/VerificationTests/LoneSampleLawTests.swift")
  }

  /// Checks the law on a subject's batch.
  public static func findings<T: Trainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement(T.exactness).findings {
      let measured = try Measurement<T>(subject)
      let coupling =
        measured.losses.count == 1 ? "; in training, batch normalisation couples samples" : ""
      return T.promisesBits
        ? exact(measured, coupling) : try bounded(subject, measured, coupling)
    }
  }

  private static func exact<T>(_ measured: Measurement<T>, _ coupling: String) -> Outcome {
    for loss in measured.losses where loss.alone != loss.together {
      return Outcome(
        holds: false,
        "losses \(loss.mode) come to \(loss.together.loss.value), alone to "
          + "\(loss.alone.loss.value)")
    }
    var comparison = BitComparison()
    comparison.compare(measured.together, measured.alone, name: "outputs")
    comparison.compare(measured.reversed, measured.alone, name: "reversed outputs")
    let modes = measured.losses.map(\.mode).joined(separator: " and ")
    return Outcome(
      holds: comparison.differing == 0,
      "\(comparison.measured("outputs")); equal losses \(modes)\(coupling)")
  }

  private static func bounded<T>(
    _ subject: Subject, _ measured: Measurement<T>, _ coupling: String
  ) throws -> Outcome {
    let training = try subject.allowance()
    let inference = try RoundingAllowance.inference(subject)
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
    return Outcome(
      holds: excess.holds,
      "outputs and losses use \(excess.percent) of the rounding bound\(coupling)\(excess.fault())")
  }

  /// Outputs and losses of the samples, each alone and all together.
  private struct Measurement<T: Trainer> {
    typealias Loss = (alone: Tally, together: Tally, mode: String)
    let alone: [Float]
    let together: [Float]
    /// The outputs of the reversed batch, put back into order.
    let reversed: [Float]
    let losses: [Loss]

    init(_ subject: Subject) throws(ModelError) {
      let trainer = try subject.trainer(T.self)
      let singles = subject.singles
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
}
