import PropertyTesting
import Testing
import TrainingCore

/// Calls in any order: what one leaves in memory must not show in the next.
@Suite struct CallOrderTests {
  private static let models = [
    "7 dense33 relu dense4", "7 dense19 batchnorm dropout0.5 dense4", "7 batchnorm dense4",
  ]

  @Test(arguments: models, [nil, 0.05] as [Double?])
  func `training between accumulations changes no bit`(_ words: String, _ clipNorm: Double?) throws
  {
    var configuration = try RunConfiguration(words: words, .adam(AdamSpec()))
    configuration.clipNorm = clipNorm
    let examples = Examples.random(60, for: configuration.model)
    var twins = try Twins(configuration, threads: 2)
    for epoch in 0..<2 {
      _ = twins.train(on: ArraySlice(0..<20), of: examples, epoch: epoch, learningRate: 0.01)
      _ = twins.accumulateGradient(of: Batch(20..<50, of: examples, epoch: epoch))
      _ = twins.evaluate(Batch(0..<60, of: examples))
      _ = twins.train(on: ArraySlice(50..<60), of: examples, epoch: epoch, learningRate: 0.01)
      _ = twins.train(on: ArraySlice(3..<8), of: examples, epoch: epoch, learningRate: 0.02)
      _ = twins.accumulateGradient(of: Batch(0..<9, of: examples, epoch: epoch))
      twins.step(learningRate: 0.01, batchSize: 9)
      twins.step(learningRate: 0.01, batchSize: 9)
    }
  }

  /// A larger batch makes room anew between a gradient and its step, and a smaller one leaves
  /// samples of the last after its own.
  @Test(arguments: models)
  func `batches that grow and shrink leave nothing of each other`(_ words: String) throws {
    let configuration = try RunConfiguration(words: words, .rmsprop(RMSpropSpec()))
    let examples = Examples.random(300, for: configuration.model)
    var twins = try Twins(configuration, threads: 2)
    for (epoch, count) in [3, 40, 2, 17, 16, 130, 15].enumerated() {
      _ = twins.accumulateGradient(of: Batch(0..<count, of: examples, epoch: epoch))
      _ = twins.outputs(for: Batch(0..<2 * count, of: examples))
      twins.step(learningRate: 0.01, batchSize: count)
      _ = twins.train(
        on: ArraySlice(count..<2 * count), of: examples, epoch: epoch, learningRate: 0.01)
    }
  }

  /// A trainer that has just been made answers every call.
  @Test(arguments: models + ["7 relu"])
  func `any call may be the first`(_ words: String) throws {
    let configuration = try RunConfiguration(words: words)
    let examples = Examples.random(20, for: configuration.model)
    let fresh = { try Twins(configuration, threads: 2) }
    #expect(try fresh().steps == 0)
    _ = try fresh().outputs(for: Batch(0..<5, of: examples))
    _ = try fresh().evaluate(Batch(0..<5, of: examples))
    var twins = try fresh()
    twins.step(learningRate: 0.1, batchSize: 5)
    twins = try fresh()
    _ = twins.accumulateGradient(of: Batch(0..<5, of: examples))
    twins = try fresh()
    _ = twins.train(on: [1, 2], of: examples, epoch: 0, learningRate: 0.1)
  }

  /// No samples at all have no outputs, no loss and no gradient.
  @Test(arguments: models + ["7 relu"])
  func `an empty batch has no outputs, loss or gradient`(_ words: String) throws {
    let configuration = try RunConfiguration(words: words)
    let examples = Examples.random(20, for: configuration.model)
    var twins = try Twins(configuration, threads: 2)
    for _ in 0..<2 {
      #expect(twins.outputs(for: Batch([], of: examples)).isEmpty)
      #expect(twins.evaluate(Batch([], of: examples)) == Tally())
      #expect(twins.accumulateGradient(of: Batch([], of: examples)) == Tally())
      twins.step(learningRate: 0.1, batchSize: 1)
      _ = twins.train(on: [1, 2, 3], of: examples, epoch: 0, learningRate: 0.1)
    }
  }
}
