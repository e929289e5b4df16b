import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

/// Forward passes in training mode without a gradient, and gradients that belong to other weights.
@Suite struct BorrowedGradientTests {
  private static let models = [
    "7 dense33 relu dense4", "7 dropout0.5 dense19 batchnorm dropout0.2 dense4", "7 ghost5 dense4",
  ]

  /// A tally is what `accumulateGradient` would return, and leaves nothing but moving averages.
  @Test(arguments: models, [false, true])
  func `a tally without a gradient is that of the pass with one`(
    _ words: String, _ updatesAverages: Bool
  ) throws {
    let configuration = try RunConfiguration(words: words)
    let batch = Batch(5..<30, of: .random(40, for: configuration.model), epoch: 3)
    var asked = try Twins(configuration, threads: 2)
    var trained = asked
    let before = asked.state
    let tally = asked.trainingTally(of: batch, updatesAverages: updatesAverages)
    #expect(trained.accumulateGradient(of: batch) == tally)
    #expect(tally != asked.evaluate(batch) || words.contains("relu"))
    let expected = updatesAverages ? trained.state : before
    #expect(difference(asked.state, expected) == nil)
    asked.step(learningRate: 0.1, batchSize: 25)
    #expect(difference(asked.state.parameters, before.parameters) == nil, "no gradient is left")
  }

  /// The published loop: each step with the gradients of all parts so far, at the old weights.
  @Test(arguments: models, [nil, 0.05] as [Double?])
  func `a step may take its gradient from other weights`(_ words: String, _ clipNorm: Double?)
    throws
  {
    var configuration = try RunConfiguration(words: words, .sgd(SGDSpec(momentum: 0.9)))
    configuration.clipNorm = clipNorm
    let examples = Examples.random(60, for: configuration.model)
    var twins = try Twins(configuration, threads: 2)
    for epoch in 0..<2 {
      var stale = twins
      let before = twins.state.parameters
      for part in [0..<20, 20..<40, 40..<60] {
        _ = stale.accumulateGradient(of: Batch(part, of: examples, epoch: epoch))
        twins.takeGradient(from: stale)
        twins.step(learningRate: 0.1, batchSize: 20)
      }
      #expect(difference(stale.state.parameters, before) == nil)
      #expect(difference(twins.state.parameters, before) != nil)
      #expect(difference(twins.state.statistics, stale.state.statistics) == nil)
      _ = twins.train(on: ArraySlice(7..<33), of: examples, epoch: epoch, learningRate: 0.1)
    }
  }

  /// A gradient that was taken replaces one's own, and none replaces it too.
  @Test func `a taken gradient replaces what was accumulated`() throws {
    let configuration = try RunConfiguration(words: "7 dense33 relu batchnorm dense4")
    let examples = Examples.random(30, for: configuration.model)
    let fresh = try Twins(configuration, threads: 2)
    var own = fresh
    _ = own.accumulateGradient(of: Batch(0..<10, of: examples))
    var other = fresh
    _ = other.accumulateGradient(of: Batch(10..<20, of: examples))
    var expected = other
    expected.step(learningRate: 0.1, batchSize: 10)
    own.takeGradient(from: other)
    own.step(learningRate: 0.1, batchSize: 10)
    #expect(difference(own.state, expected.state) == nil)
    var emptied = fresh
    _ = emptied.accumulateGradient(of: Batch(0..<10, of: examples))
    emptied.takeGradient(from: fresh)
    emptied.step(learningRate: 0.1, batchSize: 10)
    #expect(difference(emptied.state.parameters, fresh.state.parameters) == nil)
  }
}
