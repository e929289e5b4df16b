import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

/// A trainer is a value: a copy goes its own way, and a state is where another goes on.
@Suite struct ValueSemanticsTests {
  private static let words = "7 dense33 batchnorm relu dropout0.3 dense4"

  private func trained(_ optimizer: OptimizerSpec) throws -> (Twins, Examples, RunConfiguration) {
    let configuration = try RunConfiguration(words: Self.words, optimizer)
    let examples = Examples.random(60, for: configuration.model)
    var twins = try Twins(configuration, threads: 2)
    for start in [0, 20] {
      _ = twins.train(
        on: ArraySlice(start..<start + 20), of: examples, epoch: 0, learningRate: 0.01)
    }
    return (twins, examples, configuration)
  }

  @Test(arguments: OptimizerEquivalenceTests.optimizers)
  func `a copy trains on its own`(_ optimizer: OptimizerSpec) throws {
    var (original, examples, _) = try trained(optimizer)
    let before = original.optimized.state
    var copy = original
    _ = copy.train(on: ArraySlice(40..<60), of: examples, epoch: 0, learningRate: 0.01)
    #expect(difference(original.optimized.state, before) == nil)
    #expect(difference(copy.optimized.state, before) != nil)
    _ = original.train(on: ArraySlice(10..<50), of: examples, epoch: 1, learningRate: 0.01)
    _ = copy.train(on: ArraySlice(0..<20), of: examples, epoch: 1, learningRate: 0.01)
  }

  /// The gradient that is accumulated is part of the value, on both sides.
  @Test(arguments: [nil, 0.05] as [Double?])
  func `an accumulated gradient is copied too`(_ clipNorm: Double?) throws {
    var configuration = try RunConfiguration(words: Self.words, .adam(AdamSpec()))
    configuration.clipNorm = clipNorm
    let examples = Examples.random(60, for: configuration.model)
    var original = try Twins(configuration, threads: 2)
    _ = original.accumulateGradient(of: Batch(0..<30, of: examples))
    var copy = original
    _ = copy.accumulateGradient(of: Batch(30..<60, of: examples))
    copy.step(learningRate: 0.01, batchSize: 60)
    var stepped = original
    stepped.step(learningRate: 0.01, batchSize: 30)
    _ = original.train(on: ArraySlice(30..<50), of: examples, epoch: 0, learningRate: 0.01)
    original.step(learningRate: 0.01, batchSize: 1)
    _ = stepped.train(on: ArraySlice(30..<50), of: examples, epoch: 0, learningRate: 0.01)
  }

  /// Copies are evaluated at once, while another is trained.
  @Test func copiesAreUsedAtOnce() async throws {
    let (twins, examples, _) = try trained(.adam(AdamSpec()))
    let original = twins.optimized
    let batch = Batch(0..<60, of: examples)
    let expected = twins.reference.outputs(for: batch)
    await withTaskGroup(of: String?.self) { group in
      for task in 0..<8 {
        group.addTask {
          var own = original
          let outputs = own.outputs(for: batch)
          guard task % 2 == 0 else { return difference(outputs, expected) }
          _ = own.train(on: ArraySlice(0..<60), of: examples, epoch: 0, learningRate: 0.01)
          let tally = twins.reference.evaluate(batch)
          return original.evaluate(batch) == tally
            ? difference(original.outputs(for: batch), expected) : "another tally"
        }
      }
      for await found in group { #expect(found == nil) }
    }
  }

  /// Taken apart into a state after each batch and put together again, with other threads.
  @Test(arguments: OptimizerEquivalenceTests.optimizers)
  func `a resumed run has the bits of the uninterrupted one`(_ optimizer: OptimizerSpec) throws {
    var configuration = try RunConfiguration(words: Self.words, optimizer, rate: 0.01)
    configuration.schedule.warmUpSteps = 3
    let whole = try runTwins(configuration, samples: 44)
    let training = Examples.random(44, for: configuration.model)
    let validation = Examples.random(22, for: configuration.model, seed: 2)
    var run = TrainingRun(try OptimizedTrainer(configuration, threads: 1), configuration)
    var stops = 0
    while run.progress.epochs < 2 {
      _ = run.runEpoch(training: training, validation: validation) { _ in false }
      stops += 1
      let trainer = try OptimizedTrainer(
        configuration, state: run.trainer.state, threads: 1 + stops % 3)
      run = TrainingRun(trainer, configuration, progress: run.progress)
    }
    #expect(difference(run.trainer.state, whole.trainer.state) == nil)
    #expect(run.progress.history.map(\.trainingLoss) == whole.progress.history.map(\.trainingLoss))
    #expect(stops == 6)
  }
}
