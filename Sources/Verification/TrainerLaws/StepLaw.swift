import TrainingCore

/// A step moves weights and the optimizer's slots by the optimizer's published formula.
///
/// The formula is computed apart (`StepFormula`), in `Double`, from the gradient that the trainer
/// tells, with a bound on what any sensible order of roundings in `Float` adds. Three steps from a
/// cold start, each from the first weights with the slots of the one before (`FrozenGradientRun`),
/// at three learning rates and by gradients of several batch sizes. Where gradients are clipped, the
/// steps are taken without clipping, at the limit, and at half of the first gradient's norm.
///
/// Frozen layers don't move. The step is counted, and the gradient is zero after it.
///
/// Where a formula divides by what may be 0, as Adam's with ε = 0 at a gradient of 0, it says nothing
/// of the number. Nor does the law say that the gradient is that of the loss: that is `TaylorLaw`.
public enum StepLaw {
  private static func statement(_ subject: Subject) -> Statement {
    Statement(
      law: "optimizer's step",
      promise: "weights and slots follow the formula of \(subject.configuration.optimizer.name), "
        + "frozen layers stay",
      explanation: "TrainingCore/OptimizerSpec.swift; Tests/VerificationTests/StepLawTests.swift")
  }

  /// Checks the law on some samples of a subject's batch.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement(subject).findings {
      let result = try measure(subject, of: trainer)
      let excess = result.excess
      return Outcome(
        holds: result.fault == nil && excess.holds,
        result.fault
          ?? "\(excess.percent) of the rounding bound used, in \(result.steps) steps\(excess.fault())"
      )
    }
  }

  /// The steps that were taken, the worst of all differences from the formula, and a fault that isn't a
  /// matter of bounds.
  typealias Measurement = (steps: Int, excess: Excess, fault: String?)

  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws(ModelError) -> Measurement {
    var result: Measurement = (0, Excess(), nil)
    let norm = try take(subject, of: trainer, clipNorm: nil, &result)
    if let limit = subject.configuration.clipNorm {
      _ = try take(subject, of: trainer, clipNorm: limit, &result)
      if norm > 0 { _ = try take(subject, of: trainer, clipNorm: norm / 2, &result) }
    }
    return result
  }

  /// Three steps at a limit, and the norm of the first one's mean gradient.
  private static func take<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, clipNorm: Double?, _ result: inout Measurement
  ) throws(ModelError) -> Double {
    var run = FrozenGradientRun(subject, of: trainer, clipNorm: clipNorm)
    let configuration = run.configuration
    let (first, second) = (subject.passes(count: 1, size: 5), subject.passes(count: 1, size: 8))
    let gradients = [first, first + second, second + second]
    var slots: [[Double]]?
    // At which the first step isn't lost in the weights' rounding.
    let sum = try subject.gradientSum(of: trainer, first).exact
    let visible = StepFormula.Step(
      from: run.origin.values, configuration: configuration, gradientSum: sum,
      divisor: subject.divisor(of: first))
    let rate = run.origin.visibleRate(of: ParameterVector(visible.displacement.map(\.value)))
    var norm = 0.0
    for (index, parts) in gradients.enumerated() {
      let count = parts.reduce(0) { $0 + $1.count }
      let divisor = subject.divisor(of: parts)
      let learningRate = index == 1 ? rate / 2 : rate
      let taken = try run.step(on: parts, learningRate: learningRate, batchSize: count)
      let expected = StepFormula.Step(
        from: run.origin.values, slots: slots, configuration: configuration,
        gradientSum: taken.gradient.exact, divisor: divisor, learningRate: learningRate,
        step: index + 1)
      if index == 0 { norm = taken.gradient.norm / divisor.value }
      result.steps += 1
      if taken.trainer.steps != index + 1 {
        result.fault = "\(taken.trainer.steps) steps are counted after \(index + 1)"
      }
      if taken.gradient.values.contains(where: \.isNaN) {
        result.fault = "the gradient is not a number, or has another shape than the weights"
      }
      if !taken.trainer.gradient.numbers.allSatisfy({ $0 == 0 }) {
        result.fault = "the gradient isn't zero after a step"
      }
      let name = "after step \(index + 1), "
      let state = taken.trainer.state
      result.excess.compare(state.parameters.numbers, expected.weights, name: name + "weight")
      let after = state.slots.map(\.numbers)
      guard after.count == expected.slots.count else {
        result.fault = "\(after.count) optimizer slots instead of \(expected.slots.count)"
        return norm
      }
      slots = after
      for (slot, values) in after.enumerated() {
        result.excess.compare(
          values, expected.slots[slot], name: name + configuration.optimizer.slotNames[slot])
      }
    }
    return norm
  }
}

extension Excess {
  /// Compares numbers with a formula's; where that has no finite bound, as in 0/0, nothing is
  /// compared.
  fileprivate mutating func compare(_ actual: [Double], _ expected: [ErrorBound], name: String) {
    guard actual.count == expected.count else {
      return compare(actual, expected.map(\.value), bounds: [], name: name)
    }
    let kept = zip(actual, expected).filter { $1.value.isFinite && $1.error.isFinite }
    compare(kept.map(\.0), kept.map(\.1.value), bounds: kept.map(\.1.error), name: name)
  }
}
