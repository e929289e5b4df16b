import TrainingCore

/// One training of the fixed-batch-size study.
struct FixedBatchSizeJob: Sendable {
  let model: ModelSpec
  let arm: FixedBatchSizeOptions.Arm
  let batchSize: Int
  let trial: Int
  let options: FixedBatchSizeOptions

  /// What the run is made of; the trial decides the seed, and nothing else does.
  var configuration: RunConfiguration {
    var configuration = RunConfiguration(
      model: model, optimizer: arm.optimizer,
      schedule: LearningRateSchedule(base: arm.learningRate), batchSize: batchSize,
      seed: options.seed &+ UInt64(trial))
    configuration.scaling = arm.scaling
    configuration.baseBatchSize = options.baseBatchSize
    return configuration
  }

  /// What the progress bar says.
  var activity: String { "\(model.name) · \(arm.name) · batch \(batchSize) · trial \(trial + 1)" }

  /// Expected work per sample on an arbitrary scale: its arithmetic, and its share of the step,
  /// which goes over all weights whatever the batch size.
  var workPerSample: Double {
    let cost = ModelCost(of: model)
    let nanosecondsPerFlop = 0.15
    let nanosecondsPerWeight = 0.4
    return nanosecondsPerFlop * Double(cost.flops)
      + nanosecondsPerWeight * Double(cost.parameters) / Double(batchSize)
  }

  /// Trains and tests.
  ///
  /// - Parameters:
  ///   - type: The trainer to use.
  ///   - data: Images that fit the model.
  ///   - isTimed: Whether nothing else runs beside it; otherwise it has one thread.
  ///   - threads: The threads of a trainer that has the machine to itself, or nil for as many as
  ///     there are processors.
  ///   - samplesDone: Told how many samples a step took; where it returns false, the training
  ///     stops.
  /// - Returns: The result and the trained trainer, or nil where it was stopped.
  /// - Throws: `ModelError` if the trainer doesn't have a layer.
  func run<T: Trainer>(
    with type: T.Type, data: StudyData, isTimed: Bool, threads: Int? = nil,
    samplesDone: (Int) -> Bool
  ) throws(ModelError) -> (result: FixedBatchSizeResult.Training, trainer: T)? {
    let configuration = self.configuration
    var run = TrainingRun(
      try T(configuration, state: nil, threads: isTimed ? threads : 1), configuration)
    var curve = LossCurve(
      samples: data.training.count * options.epochs, points: 40)
    var epochs: [EpochRecord] = []
    var publishedLosses: [Double] = []
    for _ in 0..<options.epochs {
      var sumOfMeans = 0.0
      let record = run.runEpoch(training: data.training, validation: data.validation) { report in
        sumOfMeans += report.tally.loss.mean
        curve.add(report.tally)
        return samplesDone(report.tally.count)
      }
      guard let record else { return nil }
      epochs.append(record)
      publishedLosses.append(sumOfMeans / Double(data.training.count))
    }
    let batches = run.trainer.evaluate(data.test, batchSize: batchSize)
    var test = Tally()
    for batch in batches { test.add(batch) }
    let result = FixedBatchSizeResult.Training(
      model: model.name, arm: arm.name, batchSize: batchSize, trial: trial,
      learningRate: arm.learningRate * configuration.scalingFactor, epochs: epochs,
      isTimed: isTimed, publishedLosses: publishedLosses, testLoss: test.loss.mean,
      testAccuracy: test.accuracy,
      publishedTestAccuracy: batches.reduce(0) { $0 + $1.accuracy } / Double(batches.count),
      curve: curve.points, fingerprint: Fingerprint(of: run.trainer.state).description)
    return (result, run.trainer)
  }
}

/// Gathers a training's losses into a fixed number of stretches.
struct LossCurve {
  private(set) var points: [FixedBatchSizeResult.CurvePoint] = []
  private let stretch: Int
  private var tally = Tally()
  private var samples = 0

  init(samples: Int, points: Int) {
    stretch = max(samples / points, 1)
  }

  mutating func add(_ batch: Tally) {
    tally.add(batch)
    samples += batch.count
    if tally.count >= stretch {
      points.append(.init(samples: samples, loss: tally.loss.mean))
      tally = Tally()
    }
  }
}
