import CommandLineTools
import OptimizedTraining
import ReferenceTraining
import Testing
import TrainingCore

@testable import benchmarks

@Suite struct EngineComparisonTests {
  private let images: Examples

  init() throws { images = try Workload.images() }

  private func workload(_ batchSize: Int, _ optimizer: OptimizerSpec) throws -> Workload {
    try Workload(
      model: ModelSpec(named: "mlp:784-16-10"), optimizer: optimizer, batchSize: batchSize,
      images: images)
  }

  @Test(arguments: [1, 48])
  func trainersAgreeOnStatesAndOutputs(batchSize: Int) throws {
    for optimizer in [OptimizerSpec.sgd(SGDSpec()), .adam(AdamSpec())] {
      let workload = try workload(batchSize, optimizer)
      try EngineComparison(workload, threads: [1, 2]).verify(.inference)
      try EngineComparison(workload, threads: [1, 2]).verify(.training)
    }
  }

  /// What is timed is what a training run does, epochs included.
  @Test func `timed steps are those of a training run`() throws {
    let workload = try workload(64, .adam(AdamSpec()))
    let timed = try TimedTrainer(workload) { () throws(ModelError) in
      try OptimizedTrainer(workload.configuration)
    }
    timed.train(steps: 2 * workload.plan.count - 1)
    var run = TrainingRun(
      try ReferenceTrainer<Float>(workload.configuration), workload.configuration)
    _ = run.runEpoch(training: workload.examples, validation: nil)
    _ = run.runEpoch(training: workload.examples, validation: nil) {
      $0.index + 2 < $0.count
    }
    #expect(timed.state == run.trainer.state)
    #expect(timed.state.steps == 2 * workload.plan.count - 1)
  }

  @Test func aRestartBeginsAgainFromInitialWeights() throws {
    let workload = try workload(16, .adam(AdamSpec()))
    let timed = try Engine.optimized(threads: 2).begin(workload)
    let initial = timed.state
    timed.train(steps: 3)
    let trained = timed.state
    try timed.restart()
    #expect(timed.state == initial)
    timed.train(steps: 3)
    #expect(timed.state == trained)
  }

  @Test func aLargeModelHasFewerImages() throws {
    let workload = try Workload(
      model: ModelSpec(named: "mobilenet-v2+width0.25+classes10"), optimizer: .sgd(SGDSpec()),
      batchSize: 2, images: images)
    let pass = workload.examples.count * workload.trainingOperationsPerImage
    let limit = 100_000_000_000
    #expect(workload.examples.count < 512)
    #expect((limit - 2 * workload.trainingOperationsPerImage + 1...limit).contains(pass))
  }

  @Test(arguments: [(1, 512), (16, 512), (100, 1600), (256, 2048), (2048, 2048)])
  func aWorkloadIsWholeBatches(batchSize: Int, count: Int) throws {
    let workload = try workload(batchSize, .sgd(SGDSpec()))
    #expect(workload.examples.count == count)
    #expect(workload.plan.count * batchSize == count)
  }

  @Test func operationsAreCounted() throws {
    let workload = try workload(16, .sgd(SGDSpec()))
    #expect(workload.trainingOperationsPerImage == 2 * (2 * 784 * 16 + 3 * 16 * 10))
    #expect(workload.inferenceOperationsPerImage == 2 * (784 * 16 + 16 * 10))
  }

  /// Each number of threads has its own peak, measured in every round.
  @Test func peaksAreMeasuredInTheRoundsOfTheEngines() throws {
    let comparison = try EngineComparison(try workload(16, .sgd(SGDSpec())), threads: [1, 2])
    let outcome = try comparison.time(.inference, StoppingRule(timeLimit: .zero))
    #expect(outcome.peaks.mapValues { $0.labels["threads"] } == [1: "1", 2: "2"])
    #expect(outcome.peaks.values.allSatisfy { $0.labels["by"] == "peak" && $0.unit == "FLOP/s" })
    #expect(outcome.peaks.values.allSatisfy { $0.samples.count == 7 })
    #expect(
      outcome.series.map(\.unit) == [
        "s/call", "s/call", "s/call", "ratio", "ratio", "FLOP/s", "FLOP/s",
      ])
  }

  @Test func `the reference comes first, then each number of threads`() throws {
    let comparison = try EngineComparison(try workload(16, .sgd(SGDSpec())), threads: [2])
    #expect(comparison.engines.map(\.name) == ["reference", "optimized"])
    #expect(comparison.engines.map(\.threads) == [1, 2])
  }
}
