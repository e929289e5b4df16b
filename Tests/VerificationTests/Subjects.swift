import Datasets
import OptimizedTraining
import TrainingCore
import Verification

/// Models on real images, for laws to be tried on.
enum Subjects {
  /// The first images of the embedded data set.
  static func images(_ count: Int = 96) throws -> Examples {
    try DatasetCatalog().load("fashion-mnist-10k").examples(.symmetric).training
      .selecting(0..<count)
  }

  /// A model, by default with its initial weights.
  ///
  /// The batch has as many samples; training lasts as many epochs of 96 images.
  static func make(
    _ name: String, samples: Int, epochs: Int = 0, seed: UInt64 = 5
  ) throws -> Subject {
    let examples = try images()
    let configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.05), batchSize: 16, seed: seed)
    var run = TrainingRun(
      try OptimizedTrainer(configuration, state: nil, threads: 1), configuration)
    for _ in 0..<epochs { _ = run.runEpoch(training: examples, validation: examples) }
    return Subject(
      configuration, state: run.trainer.state, examples: examples, batch: Array(0..<samples))
  }
}
