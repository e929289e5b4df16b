import ReferenceTraining
import TrainingCore

/// Accumulating the parts and stepping once is one step on the whole batch, whatever the optimizer.
///
/// The optimizer sees the accumulated gradient and the number of samples, and both are the whole's.
/// Compared is everything that a step changes, after two steps in a row, so that momentum and
/// moments count. The moving averages' count of passes is left out: it counts parts.
///
/// A trainer that doesn't promise bits takes one step of either kind, from a cold start. With its
/// gradient somewhere within the rounding bound, the optimizer's formula says how far weights and
/// slots may be off (`StepFormula`); where an optimizer divides by a gradient that may be zero, as
/// Adam does, that is any distance.
public enum AccumulationLaw {
  static func statement(_ exactness: String) -> Statement {
    Statement(
      law: "accumulated step",
      promise: "accumulating parts and stepping once is one training step on the whole, "
        + exactness,
      explanation: "CONTRIBUTING.md, the arithmetic contract, rules 4 and 5; "
        + "Tests/VerificationTests/AccumulationLawTests.swift")
  }

  /// Checks the law on the whole batch as one part, and on each of a subject's splits.
  ///
  /// - Parameters:
  ///   - subject: Model, optimizer, learning rate, batch and splits.
  ///   - trainer: The trainer.
  /// - Returns: A finding for each split.
  /// - Throws: What making the trainer throws.
  public static func findings<T: Trainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let statement = statement(T.exactness)
    let configuration = subject.configuration
    let rate = configuration.schedule.base
    let state = T.promisesBits ? subject.state : configuration.coldState(subject.state)
    let start = try T(configuration, state: state, threads: subject.threads)
    let steps = T.promisesBits ? 2 : 1
    var trained = start
    for epoch in 0..<steps {
      _ = trained.train(
        on: subject.batch[...], of: subject.examples, epoch: epoch, learningRate: rate)
    }
    let expected = trained.state
    let bounds = T.promisesBits ? [] : try stepErrors(subject)
    let onePart = Split(sizes: [subject.batch.count])
    return ([onePart] + subject.splits).map { split in
      if let reason = configuration.model.coupling(of: split) {
        return statement.notApplicable(reason, for: split)
      }
      var accumulated = start
      for epoch in 0..<steps {
        for part in split.parts {
          _ = accumulated.accumulateGradient(of: subject.part(part, epoch: epoch))
        }
        accumulated.step(learningRate: rate, batchSize: subject.batch.count)
      }
      let name = "after \(steps) step\(steps == 1 ? "" : "s") of \(configuration.optimizer.name): "
      guard !T.promisesBits else {
        var comparison = BitComparison()
        comparison.compare(accumulated.state, expected)
        return statement.finding(
          for: split, holds: comparison.differing == 0, name + comparison.measured("numbers"))
      }
      guard let bounds else {
        return statement.notApplicable(RoundingAllowance.unknown, for: split)
      }
      var excess = Excess()
      excess.compare(
        accumulated.state.learned, expected.learned, bounds: bounds, name: "number")
      return statement.finding(
        for: split, holds: excess.share <= 1,
        name + "\(excess.percent) of the rounding bound used"
          + (excess.share > 1 ? "; \(excess.place)" : ""))
    }
  }

  /// How far two steps may be apart, number by number, whose gradients are within the bound.
  private static func stepErrors(_ subject: Subject) throws -> [Double]? {
    guard let allowance = try subject.allowance() else { return nil }
    let gradient = zip(allowance.gradient, allowance.gradientErrors).map {
      ErrorBound($0, error: $1)
    }
    let step = StepFormula.Step(
      from: subject.state.parameters.numbers,
      slots: subject.configuration.optimizer.emptySlots(allowance.gradient.count),
      configuration: subject.configuration, gradientSum: gradient, batchSize: subject.batch.count,
      learningRate: subject.configuration.schedule.base, step: 1)
    return (step.weights + step.slots.flatMap { $0 }).map { 2 * $0.error }
  }
}

extension ModelState {
  /// Weights and optimizer state, one number after the other.
  var learned: [Double] { parameters.numbers + slots.flatMap(\.numbers) }
}
