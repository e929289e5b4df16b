import Testing
import TrainingCore

/// The square-root rule by numbers that are exact; what it keeps, `AdamScalingLawTests` shows.
@Suite struct OptimizerScalingTests {
  private func scaled(
    _ optimizer: OptimizerSpec, _ scaling: LearningRateScaling, batchSize: Int = 64
  ) throws -> OptimizerSpec {
    var configuration = RunConfiguration(
      model: try ModelSpec(named: "mlp:4-3-2"), optimizer: optimizer,
      schedule: LearningRateSchedule(base: 1), batchSize: batchSize, seed: 1)
    configuration.scaling = scaling
    configuration.baseBatchSize = 16
    return try configuration.withScaledOptimizer().optimizer
  }

  @Test func `adaptive optimizers are scaled whole`() throws {
    let adam = AdamSpec(beta1: 0.875, beta2: 0.9375, epsilon: 0.5, weightDecay: 0.25)
    let four = AdamSpec(beta1: 0.5, beta2: 0.75, epsilon: 0.25, weightDecay: 0.25)
    #expect(try scaled(.adam(adam), .squareRoot) == .adam(four))
    let decoupled = AdamSpec(beta1: 0.5, beta2: 0.75, epsilon: 0.25, weightDecay: 0.5)
    #expect(try scaled(.adamw(adam), .squareRoot) == .adamw(decoupled))
    for (convention, epsilon) in [(RMSpropSpec.Convention.pytorch, 0.25), (.keras, 0.125)] {
      #expect(
        try scaled(
          .rmsprop(RMSpropSpec(decay: 0.875, epsilon: 0.5, convention: convention)), .squareRoot)
          == .rmsprop(RMSpropSpec(decay: 0.5, epsilon: epsilon, convention: convention)))
    }
    let quarter = AdamSpec(beta1: 0.96875, beta2: 0.984375, epsilon: 1, weightDecay: 0.25)
    #expect(try scaled(.adam(adam), .squareRoot, batchSize: 4) == .adam(quarter))
  }

  @Test(arguments: OptimizerSpec.all)
  func `the other rules, and the base batch size, leave an optimizer as it is`(
    _ optimizer: OptimizerSpec
  ) throws {
    #expect(try scaled(optimizer, .none) == optimizer)
    #expect(try scaled(optimizer, .linear) == optimizer)
    #expect(try scaled(optimizer, .squareRoot, batchSize: 16) == optimizer)
  }

  /// κ steps on small batches and one on a large one decay a weight by the same ηλ.
  @Test func `decoupled decay keeps its pace in samples`() throws {
    let small = AdamSpec(weightDecay: 0.5)
    guard case .adamw(let large) = try scaled(.adamw(small), .squareRoot) else {
      Issue.record("another optimizer")
      return
    }
    let factor = LearningRateScaling.squareRoot.factor(batchSize: 64, baseBatchSize: 16)
    #expect(factor * large.weightDecay == 4 * small.weightDecay)
  }

  @Test func `a decay below 0 is refused, and 0 is not`() throws {
    #expect(try scaled(.adam(AdamSpec(beta1: 0.75)), .squareRoot).adamSpec?.beta1 == 0)
    for optimizer in [OptimizerSpec.adam(AdamSpec()), .adamw(AdamSpec())] {
      let error = RunError.scaledDecay(batchSize: 192, baseBatchSize: 16)
      #expect(throws: error) { try scaled(optimizer, .squareRoot, batchSize: 192) }
    }
    #expect(throws: RunError.self) {
      try scaled(.rmsprop(RMSpropSpec(decay: 0.5)), .squareRoot)
    }
  }

  @Test func `a rule of other optimizers has an objection`() {
    let momentum = OptimizerSpec.rmsprop(RMSpropSpec(momentum: 0.5))
    for optimizer in OptimizerSpec.all + [momentum] {
      let isSGD = optimizer.name == "sgd"
      #expect(LearningRateScaling.none.objection(to: optimizer) == nil)
      #expect((LearningRateScaling.linear.objection(to: optimizer) == nil) == isSGD)
      let isWhole = !isSGD && optimizer != momentum
      #expect((LearningRateScaling.squareRoot.objection(to: optimizer) == nil) == isWhole)
    }
  }
}
