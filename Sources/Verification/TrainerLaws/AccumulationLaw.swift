import TrainingCore

/// Gradient accumulation: accumulating the parts and stepping once is one step on the whole batch,
/// whatever the optimizer.
///
/// The optimizer sees the accumulated gradient and the number of samples, and both are the whole's. So
/// it is with class weights, whose sum over the labels takes the place of that number: only the step
/// divides by it.
/// Compared is everything that a step changes, after two steps in a row, so that momentum and
/// moments count. The running statistics' count of passes is left out: it counts parts.
///
/// A trainer that doesn't promise bits takes one step of either kind, from a cold start. With its
/// gradient within the rounding bound, the optimizer's formula (`StepFormula`) says how far weights and
/// slots may be off: any distance where it divides by a gradient that may be zero, as Adam's does.
///
/// It does not hold where a layer couples the samples of a pass: batch normalisation, unless its
/// ghost groups divide the parts.
public enum AccumulationLaw {
  private static func statement(_ exactness: String) -> Statement {
    Statement(
      law: "accumulated step",
      promise: "accumulating parts and stepping once is one training step on the whole, "
        + exactness,
      explanation: "CONTRIBUTING.md, the arithmetic contract, rules 4 and 5; "
        + "Tests/VerificationTests/AccumulationLawTests.swift")
  }

  /// Checks the law on the whole batch as one part, and on each of a subject's splits.
  public static func findings<T: Trainer>(_ subject: Subject, of _: T.Type) throws -> [Finding] {
    let rate = subject.configuration.schedule.base
    let start = try subject.trainer(T.self, state: T.promisesBits ? nil : subject.coldState)
    let steps = T.promisesBits ? 2 : 1
    var trained = start
    for epoch in 0..<steps {
      _ = trained.train(
        on: subject.batch[...], of: subject.examples, epoch: epoch, learningRate: rate)
    }
    let expected = trained.state
    let count = subject.batch.count
    let taken =
      "after \(steps) step\(steps == 1 ? "" : "s") of \(subject.configuration.optimizer.name): "
    return try statement(T.exactness).findings(for: [Split(sizes: [count])] + subject.splits) {
      split in
      try subject.requireUncoupled(split)
      var accumulated = start
      for epoch in 0..<steps {
        for part in split.parts {
          _ = accumulated.accumulateGradient(of: subject.part(part, epoch: epoch))
        }
        accumulated.step(learningRate: rate, batchSize: count)
      }
      if T.promisesBits {
        var comparison = BitComparison()
        comparison.compare(accumulated.state, expected)
        return Outcome(holds: comparison.differing == 0, taken + comparison.measured("numbers"))
      }
      var excess = Excess()
      excess.compare(
        accumulated.state.learned, expected.learned, bounds: try stepErrors(subject),
        name: "number")
      return Outcome(
        holds: excess.holds,
        taken + "\(excess.percent) of the rounding bound used\(excess.fault())")
    }
  }

  /// How far two steps may be apart, number by number, whose gradients are within the bound.
  private static func stepErrors(_ subject: Subject) throws -> [Double] {
    let allowance = try subject.allowance()
    let step = StepFormula.Step(
      from: subject.state.parameters.numbers, configuration: subject.configuration,
      gradientSum: zip(allowance.gradient, allowance.gradientErrors).map(ErrorBound.init(_:error:)),
      divisor: subject.divisor(of: [0..<subject.batch.count]),
      learningRate: subject.configuration.schedule.base)
    return (step.weights + step.slots.flatMap { $0 }).map { 2 * $0.error }
  }
}

extension ModelState {
  /// Weights and optimizer state, one number after the other.
  fileprivate var learned: [Double] { parameters.numbers + slots.flatMap(\.numbers) }
}
