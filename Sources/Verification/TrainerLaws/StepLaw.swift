import ReferenceTraining
import TrainingCore

/// A step moves weights and the optimizer's slots by the optimizer's published formula.
///
/// The formula is computed apart (`StepFormula`), in `Double`, from the gradient that the trainer
/// tells, with a bound on what any sensible order of roundings in `Float` adds. Three steps from a
/// cold start, each from the first weights with the slots of the one before (`FrozenGradientRun`),
/// at three learning rates and by gradients of several batch sizes. Where gradients are clipped, the
/// steps are taken without clipping, at the limit, and at half of the first gradient's norm.
///
/// Of a frozen layer nothing moves. The step is counted, and the gradient is zero after it.
public enum StepLaw {
  static func statement(_ subject: Subject) -> Statement {
    Statement(
      law: "optimizer's step",
      promise: "weights and slots follow the formula of \(subject.configuration.optimizer.name), "
        + "frozen layers stay",
      explanation: "TrainingCore/OptimizerSpec.swift; Tests/VerificationTests/StepLawTests.swift")
  }

  /// Checks the law on some samples of a subject's batch.
  ///
  /// - Parameters:
  ///   - subject: Model, batch, optimizer and clipping.
  ///   - trainer: The trainer.
  /// - Returns: One finding.
  /// - Throws: What making the trainer throws.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let statement = statement(subject)
    let result = try measure(subject, of: trainer)
    return [
      statement.finding(
        holds: result.fault == nil && result.excess.share <= 1,
        result.fault
          ?? "\(result.excess.percent) of the rounding bound used, in \(result.steps) steps"
          + (result.excess.share > 1 ? "; \(result.excess.place)" : ""))
    ]
  }

  /// What was measured.
  struct Measurement {
    /// The steps that were taken.
    var steps = 0
    /// The worst of all differences.
    var excess = Excess()
    /// What isn't a matter of bounds.
    var fault: String?
  }

  /// Takes the steps.
  ///
  /// - Parameters:
  ///   - subject: Model, batch, optimizer and clipping.
  ///   - trainer: The trainer.
  /// - Returns: How much of the bounds was used.
  /// - Throws: What making the trainer throws.
  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws(ModelError) -> Measurement {
    var result = Measurement()
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
    var configuration = subject.configuration
    configuration.clipNorm = clipNorm
    var run = FrozenGradientRun(subject, of: trainer, clipNorm: clipNorm)
    let (first, second) = (subject.passes(count: 1, size: 5), subject.passes(count: 1, size: 8))
    let gradients = [first, first + second, second + second]
    var slots = configuration.optimizer.emptySlots(run.origin.values.count)
    let rate = try visibleRate(subject, of: trainer, configuration, first)
    var norm = 0.0
    for (index, parts) in gradients.enumerated() {
      let count = parts.reduce(0) { $0 + $1.count }
      let learningRate = index == 1 ? rate / 2 : rate
      let taken = try run.step(on: parts, learningRate: learningRate, batchSize: count)
      let expected = StepFormula.Step(
        from: run.origin.values, slots: slots, configuration: configuration,
        gradientSum: taken.gradient.values.map { ErrorBound($0, error: 0) }, batchSize: count,
        learningRate: learningRate, step: index + 1)
      if index == 0 { norm = taken.gradient.norm / Double(count) }
      result.steps += 1
      if taken.steps != index + 1 {
        result.fault = "\(taken.steps) steps are counted after \(index + 1)"
      }
      if taken.gradient.values.contains(where: \.isNaN) {
        result.fault = "the gradient is not a number, or has another shape than the weights"
      }
      if !taken.isCleared { result.fault = "the gradient isn't zero after a step" }
      let name = "after step \(index + 1), "
      result.excess.compare(taken.state.parameters.numbers, expected.weights, name: name + "weight")
      slots = taken.state.slots.map(\.numbers)
      guard slots.count == expected.slots.count else {
        result.fault = "\(slots.count) optimizer slots instead of \(expected.slots.count)"
        return norm
      }
      for (slot, values) in slots.enumerated() {
        result.excess.compare(
          values, expected.slots[slot],
          name: name + configuration.optimizer.slotNames[slot])
      }
    }
    return norm
  }

  /// A learning rate at which the first step isn't lost in the weights' rounding.
  private static func visibleRate<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, _ configuration: RunConfiguration,
    _ parts: [Range<Int>]
  ) throws(ModelError) -> Double {
    let gradient = try Probe<T>(subject).gradient(of: parts.map { subject.part($0) }).tensors
    let origin = ParameterVector(subject.state.parameters.numbers)
    let step = StepFormula.Step(
      from: origin.values, slots: configuration.optimizer.emptySlots(origin.values.count),
      configuration: configuration,
      gradientSum: gradient.numbers.map { ErrorBound($0, error: 0) },
      batchSize: parts.reduce(0) { $0 + $1.count }, learningRate: 1, step: 1)
    return origin.visibleRate(of: ParameterVector(step.displacement.map(\.value)))
  }
}

extension Excess {
  /// Takes numbers with what a formula expects; where the formula has no finite bound, as in 0/0,
  /// it says nothing.
  mutating func compare(_ actual: [Double], _ expected: [ErrorBound], name: String) {
    guard actual.count == expected.count else {
      compare(actual, expected.map(\.value), bounds: [], name: name)
      return
    }
    var (kept, values, bounds) = ([Double](), [Double](), [Double]())
    for (number, bound) in zip(actual, expected)
    where bound.value.isFinite && bound.error.isFinite {
      kept.append(number)
      values.append(bound.value)
      bounds.append(bound.error)
    }
    compare(kept, values, bounds: bounds, name: name)
  }
}
