import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

/// Batches of one sample, whose steps the optimized trainer merges with the passes around them.
@Suite struct SingleSampleTests {
  private static let optimizers: [OptimizerSpec] = [
    .sgd(SGDSpec()), .sgd(SGDSpec(weightDecay: 0.01)),
    .sgd(SGDSpec(momentum: 0.9, nesterov: true)), .adam(AdamSpec()),
    .adam(AdamSpec(weightDecay: 0.01)), .adamw(AdamSpec(weightDecay: 0.5)),
    .rmsprop(RMSpropSpec(momentum: 0.5)),
  ]

  @Test(arguments: [
    "mlp:9-7-5", "mlp:33-70-40-17-5", "mlp:16-130-5+tanh", "mlp:16-40-30-5+gelu",
    "mlp:20-50-30-5+dropout0.4", "mlp:12-5",
    "mlp:12-65-33-40+tanh+dropout0.5",
  ])
  func `a run at batch size 1 has the bits of the reference`(_ words: String) throws {
    for optimizer in Self.optimizers {
      var configuration = try RunConfiguration(
        model: ModelSpec(named: words), optimizer: optimizer,
        schedule: LearningRateSchedule(base: 0.02), batchSize: 1, seed: 4)
      try runTwins(configuration, samples: 12)
      configuration.clipNorm = 0.1
      try runTwins(configuration, samples: 5)
    }
  }

  /// Moments of dead units shrink to zero, and no number rests among the subnormal ones.
  @Test func `moments of dead units come to zero with the bits of the reference`() throws {
    for beta1 in [0.9, 0.8, 0.5] {
      let configuration = try RunConfiguration(
        model: ModelSpec(named: "mlp:8-40-3"), optimizer: .adam(AdamSpec(beta1: beta1)),
        schedule: LearningRateSchedule(base: 0.05), batchSize: 1, seed: 4)
      let run = try runTwins(configuration, samples: 600, epochs: 3)
      let moments = run.trainer.state.slots[0].flatMap(\.values)
      #expect(moments.contains(0) && !moments.contains(where: \.isSubnormal))
    }
  }

  private func twins(_ words: String = "mlp:9-40-20-5") throws -> (Twins, Examples) {
    let configuration = try RunConfiguration(
      model: ModelSpec(named: words), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.02), batchSize: 1, seed: 4)
    return (
      try Twins(configuration, threads: 2), Examples.random(20, for: configuration.model)
    )
  }

  /// What was announced doesn't come, or something else comes before.
  @Test func `an announced batch need not come`() throws {
    var (twins, examples) = try twins("mlp:9-40-20-5+dropout0.5")
    let others = Examples.random(20, for: twins.model, seed: 9)
    func announce() {
      _ = twins.train(
        on: [3], of: examples, epoch: 0, learningRate: 0.1, upcoming: [4])
    }
    announce()
    _ = twins.train(on: [5], of: examples, epoch: 0, learningRate: 0.1, upcoming: [4])
    _ = twins.train(on: [4], of: others, epoch: 0, learningRate: 0.1)
    announce()
    _ = twins.train(on: [4], of: examples, epoch: 1, learningRate: 0.1)
    announce()
    _ = twins.train(on: [4, 5], of: examples, epoch: 0, learningRate: 0.1, upcoming: [4])
    _ = twins.train(on: [4], of: examples, epoch: 0, learningRate: 0.1)
    announce()
    _ = twins.evaluate(Batch([7], of: examples))
    _ = twins.train(on: [4], of: examples, epoch: 0, learningRate: 0.1)
    announce()
    _ = twins.accumulateGradient(of: Batch([7, 8], of: examples))
    _ = twins.train(on: [4], of: examples, epoch: 0, learningRate: 0.1)
    announce()
    twins.step(learningRate: 0.1, batchSize: 1)
    _ = twins.train(on: [4], of: examples, epoch: 0, learningRate: 0.1)
    announce()
    _ = twins.train(on: ArraySlice(0..<20), of: examples, epoch: 0, learningRate: 0.1)
    _ = twins.train(on: [4], of: examples, epoch: 0, learningRate: 0.1)
    announce()
    var copy = twins
    _ = copy.train(on: [4], of: examples, epoch: 0, learningRate: 0.1)
    _ = twins.train(on: [4], of: examples, epoch: 0, learningRate: 0.2)
    _ = copy.train(on: [6], of: examples, epoch: 0, learningRate: 0.1)
    #expect(twins.difference == nil && copy.difference == nil)
  }

  /// Gradients that aren't numbers reach the weights of zero inputs too.
  @Test(arguments: [Float.infinity, .nan, 1e38])
  func `gradients that are not finite reach the weights of zero inputs too`(_ value: Float) throws {
    var (twins, examples) = try twins()
    var inputs = examples.inputs
    inputs[3 * 9] = value
    let extreme = Examples(
      shape: examples.shape, classCount: examples.classCount, inputs: inputs,
      labels: examples.labels)
    for sample in 0..<6 {
      _ = twins.train(
        on: [sample], of: extreme, epoch: 0, learningRate: 0.1, upcoming: [sample + 1])
    }
    #expect(twins.difference == nil)
  }
}
