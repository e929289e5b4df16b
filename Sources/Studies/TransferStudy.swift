import Datasets
import Files
import Measurement
import TrainingCore

/// Experiment C, the generalisation gap of large batches in transfer learning, and what it is made of.
///
/// A base is pretrained on the source, and its averages are made the source's exact statistics. Then
/// it is transferred, trial by trial and batch size by batch size, in two stages: the head alone, and
/// the head with the base's end. After every epoch the same weights are validated with the moving
/// averages, with averages that forget as much per sample, and with the statistics of the training set;
/// and all is done once more with frozen layers in inference mode.
public struct TransferStudy<T: TransferTrainer>: Sendable {
  private let options: TransferOptions
  private let network: TransferNetwork
  private let data: TransferData
  private let pretrained: ModelState?
  private let threads: Int?
  private let observer: StudyObserver
  private let jobs: [TransferJob]
  private let workPerSample: Double
  private let totalWork: Double

  /// Prepares the study and checks that everything fits.
  ///
  /// - Parameters:
  ///   - options: What to cover.
  ///   - data: The images; they are brought into the base's shape.
  ///   - weights: A safetensors file with the base's weights, instead of a source.
  ///   - threads: The threads that the pretraining may use, or nil for as many as there are processors.
  ///   - observer: Told about progress, asked whether to stop.
  /// - Throws: `ModelError`, `RunError`, `StudyError`, or what reading the weights throws.
  public init(
    _ options: TransferOptions, data: TransferData, weights: String? = nil, threads: Int? = nil,
    observer: StudyObserver = StudyObserver()
  ) throws {
    self.options = options
    self.threads = threads
    self.observer = observer
    let network = try TransferNetwork(named: options.base, momentum: options.momentum)
    self.network = network
    let shaped = data.shaped(for: network.base.input)
    self.data = options.isBinary && data.training.classCount > 2 ? shaped.binary() : shaped
    jobs = [false, true].flatMap { isInferenceMode in
      options.batchSizes.flatMap { size in
        (0..<options.trials).map {
          TransferJob(
            network: network, options: options, batchSize: size, trial: $0,
            isInferenceMode: isInferenceMode)
        }
      }
    }
    let classes = self.data.training.classCount
    try self.data.validate(
      target: try network.model(classes: classes, frozen: 0),
      source: try weights == nil
        ? self.data.source.map { try network.model(classes: $0.training.classCount, frozen: 0) }
        : nil)
    for job in jobs {
      for isFirst in [true, false] {
        let configuration = try job.configuration(isFirst: isFirst, classes: classes)
        try configuration.validate(count: self.data.training.count)
      }
    }
    pretrained = try weights.map {
      try Checkpoint.initialState(
        from: $0, ignoring: "classifier.", model: network.base,
        optimizer: TransferOptions.optimizer, seed: options.seed)
    }
    guard pretrained != nil || self.data.source != nil else { throw StudyError.noSource }
    workPerSample = Double(ModelCost(of: network.base).flops)
    let epochs = Double(jobs.count * options.epochs * self.data.training.count)
    let pretraining =
      pretrained == nil
      ? Double((self.data.source?.training.count ?? 0) * options.pretraining.epochs) : 0
    totalWork = (epochs + pretraining) * workPerSample
  }

  /// Runs the study.
  ///
  /// - Parameters:
  ///   - source: The source's name, or that of the file of weights, for the record.
  ///   - summary: The task's data in numbers, for the record.
  ///   - engine: The trainer's name, for the record.
  /// - Returns: Everything that was measured; incomplete where the observer stopped it.
  /// - Throws: `StudyError.lossNotANumber` for a training that diverges.
  public func run(source: String, summary: DataSummary, engine: String) throws -> TransferResult {
    var summary = summary
    (summary.training, summary.validation) = (data.training.count, data.validation.count)
    var result = TransferResult(
      options: options, source: source, data: summary, machine: .current, engine: engine)
    guard let (base, accuracy) = try pretrain() else { return result }
    result.sourceAccuracy = accuracy
    result.transfers = try sideBySide(jobs, observer: observer) { job in
      try job.run(with: T.self, base: base, data: data) { advance(job.activity, samples: $0) }
    }
    result.isComplete = result.transfers.count == jobs.count
    return result
  }

  private func advance(_ activity: String, samples: Int) -> Bool {
    observer.advanced(activity, Double(samples) * workPerSample / totalWork)
    return !observer.shouldStop()
  }

  /// The base with its weights and the source's exact statistics; nil where it was stopped.
  private func pretrain() throws -> (base: ModelState, accuracy: Double?)? {
    if let pretrained { return (pretrained, nil) }
    guard let source = data.source else { return nil }
    let settings = options.pretraining
    let configuration = RunConfiguration(
      model: try network.model(classes: source.training.classCount, frozen: 0),
      optimizer: TransferOptions.optimizer,
      schedule: LearningRateSchedule(base: settings.learningRate),
      batchSize: min(settings.batchSize, source.training.count), seed: options.seed)
    var trainer = try T(configuration, state: nil, threads: threads)
    for epoch in 0..<settings.epochs {
      let plan = configuration.plan(epoch: epoch, count: source.training.count)
      // A last batch of one sample has no variance where maps are single positions.
      for batch in 0..<plan.count where plan[batch].count > 1 {
        let tally = trainer.train(
          on: plan[batch], of: source.training, epoch: epoch,
          learningRate: configuration.schedule.base)
        guard tally.loss.mean.isFinite else {
          throw StudyError.lossNotANumber(training: "pretraining", epoch: epoch + 1)
        }
        guard advance("pretraining", samples: plan[batch].count) else { return nil }
      }
    }
    trainer.measureStatistics(over: source.training)
    var test = Tally()
    for tally in trainer.evaluate(source.test, batchSize: 256) { test.add(tally) }
    return (trainer.state, test.accuracy)
  }
}
