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
  public static func findings<T: Trainer>(_ subject: Subject, of _: T.Type) throws -> [Finding] {
    try statement(T.exactness).findings {
      let measured = try measure(subject, of: T.self)
      let coupling =
        measured.losses.count == 1 ? "; in training, batch normalisation couples samples" : ""
      return T.promisesBits
        ? exact(measured, coupling) : try bounded(subject, measured, coupling)
    }
  }

  /// Outputs and losses of the samples, each alone and all together; `reversed` are the outputs of the
  /// reversed batch, put back into order.
  private typealias Measurement = (
    alone: [Float], together: [Float], reversed: [Float],
    losses: [(alone: Tally, together: Tally, mode: String)]
  )

  private static func measure<T: Trainer>(
    _ subject: Subject, of _: T.Type
  ) throws(ModelError) -> Measurement {
    var trainer = try subject.trainer(T.self)
    let (singles, whole) = (subject.singles, subject.whole())
    let each = singles.map { trainer.outputs(for: $0) }
    let together = trainer.outputs(for: whole)
    let backwards = trainer.outputs(for: Batch(subject.batch.reversed(), of: subject.examples))
    let width = each.first?.count ?? 1
    let reversed = stride(from: backwards.count - width, through: 0, by: -width).flatMap {
      backwards[$0..<$0 + width]
    }
    var (inference, training) = (Tally(), Tally())
    for single in singles { inference.add(trainer.evaluate(single)) }
    var losses = [(alone: inference, together: trainer.evaluate(whole), mode: "in inference")]
    if subject.configuration.model.isUncoupled {
      for single in singles { training.add(trainer.accumulateGradient(of: single)) }
      losses.append((training, trainer.accumulateGradient(of: whole), "in training"))
    }
    return (each.flatMap { $0 }, together, reversed, losses)
  }

  private static func exact(_ measured: Measurement, _ coupling: String) -> Outcome {
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

  private static func bounded(
    _ subject: Subject, _ measured: Measurement, _ coupling: String
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
}
