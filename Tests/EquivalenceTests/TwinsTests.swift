import OptimizedTraining
import ReferenceTraining
import PropertyTesting
import Testing
import TrainingCore

/// The twins themselves: each call tells of a difference.
@Suite struct TwinsTests {
  /// Twins whose optimized half has the other's initial weights and a configuration of its own.
  private func twins(_ change: (inout RunConfiguration) -> Void) throws -> Twins {
    var configuration = try RunConfiguration(words: "5 dense9 dropout0.5 dense4", batchSize: 8)
    let reference = try ReferenceTrainer<Float>(configuration)
    change(&configuration)
    let optimized = try OptimizedTrainer(configuration, state: reference.state, threads: 2)
    return Twins(reference, optimized, title: "unequal", isExpected: true)
  }

  @Test func `another seed shows in the first batch`() throws {
    var twins = try twins { $0.seed += 1 }
    #expect(twins.difference == nil)
    let examples = Examples.random(8, for: twins.model)
    for epoch in 0..<3 {
      _ = twins.train(on: [0, 1, 2, 3], of: examples, epoch: epoch, learningRate: 0.1)
    }
    let difference = try #require(twins.difference)
    #expect(difference.hasPrefix("unequal: step 1: Tally"))
  }

  @Test func `another optimizer shows in the state`() throws {
    var twins = try twins { $0.optimizer = .sgd(SGDSpec(weightDecay: 1e-3)) }
    let examples = Examples.random(8, for: twins.model)
    _ = twins.accumulateGradient(of: Batch(0..<8, of: examples))
    #expect(twins.difference == nil)
    twins.step(learningRate: 0.1, batchSize: 8)
    #expect(twins.difference?.hasPrefix("unequal: state after step: fc1.weight[") == true)
  }

  @Test func `other weights show at once`() throws {
    let configuration = try RunConfiguration(words: "5 dense4")
    var other = configuration
    other.seed = 2
    let reference = try ReferenceTrainer<Float>(configuration)
    let optimized = try OptimizedTrainer(other, threads: 1)
    let twins = Twins(reference, optimized, title: "unequal", isExpected: true)
    #expect(twins.difference?.contains("after init") == true)
    let batch = Batch(0..<3, of: .random(3, for: configuration.model))
    #expect(reference.outputs(for: batch) != optimized.outputs(for: batch))
    #expect(reference.evaluate(batch) != optimized.evaluate(batch))
  }
}
