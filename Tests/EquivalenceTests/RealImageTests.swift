import Datasets
import Testing
import TrainingCore

/// The embedded images of clothing, by a model of the usual kind.
@Suite struct RealImageTests {
  @Test(arguments: ["mlp:784-65-10+dropout0.25", "mlp:784-33-10+ghost8+tanh"])
  func `a run on real images has the bits of the reference`(_ name: String) throws {
    let images = try DatasetCatalog().load("fashion-mnist-10k").examples(.symmetric)
    let training = images.training.selecting(0..<300)
    let validation = images.test.selecting(0..<100)
    var configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: .adam(AdamSpec()),
      schedule: LearningRateSchedule(base: 1e-3), batchSize: 64, seed: 9)
    configuration.clipNorm = 1
    var run = TrainingRun(try Twins(configuration, threads: 2), configuration)
    for _ in 0..<2 { _ = run.runEpoch(training: training, validation: validation) }
    let history = run.progress.history
    #expect(history[1].trainingLoss < history[0].trainingLoss, "it must have learned")
  }
}
