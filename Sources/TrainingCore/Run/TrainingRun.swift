/// The results of one epoch.
public struct EpochRecord: Codable, Hashable, Sendable {
  /// The epoch, from 1.
  public var epoch: Int
  /// Optimizer steps done since the start of the run.
  public var steps: Int
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// Loss per sample over the epoch, each sample at the weights of its own step.
  public var trainingLoss: Double
  /// Accuracy over the epoch, each sample at the weights of its own step.
  public var trainingAccuracy: Double
  /// Loss per sample of the held-out part after the epoch.
  public var validationLoss: Double?
  /// Accuracy on the held-out part after the epoch.
  public var validationAccuracy: Double?
  /// Seconds of training, without validation; nil where they aren't known.
  public var seconds: Double?
}

/// The progress of a run: what a checkpoint needs besides the model's state.
public struct RunProgress: Codable, Hashable, Sendable {
  /// Whole epochs done.
  public var epochs = 0
  /// Batches done in the current epoch: the sampler's position.
  public var batches = 0
  /// Losses and hits of those batches.
  public var tally = Tally()
  /// Seconds spent on those batches; nil where they aren't known.
  public var seconds: Double? = 0
  /// What reduce-on-plateau remembers.
  public var plateau = PlateauState()
  /// The epochs that are done.
  public var history: [EpochRecord] = []

  /// Creates the progress of a run that hasn't begun.
  public init() {}

  /// The largest number of epochs that a stored progress may claim.
  static let largestEpoch = 1 << 24

  /// Reads the progress of a run; counts that no run reaches are a decoding error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epochs = try container.decodeCount(forKey: .epochs, upTo: Self.largestEpoch)
    batches = try container.decodeCount(forKey: .batches, upTo: 1 << 48)
    tally = try container.decode(Tally.self, forKey: .tally)
    seconds =
      try container.decodeIfPresent(Double.self, forKey: .seconds) ?? (batches == 0 ? 0 : nil)
    plateau = try container.decode(PlateauState.self, forKey: .plateau)
    history = try container.decode([EpochRecord].self, forKey: .history)
  }

  /// The same progress without times, so that equal runs have equal ones.
  public var withoutTimes: RunProgress {
    var progress = self
    progress.seconds = nil
    for index in history.indices { progress.history[index].seconds = nil }
    return progress
  }
}

/// A training run: the loop that takes a trainer through the epochs of a configuration.
public struct TrainingRun<SomeTrainer: Trainer> {
  /// The trainer.
  public private(set) var trainer: SomeTrainer
  /// What is run.
  public let configuration: RunConfiguration
  /// How far it has come.
  public private(set) var progress: RunProgress

  /// Begins a run with a trainer in its initial state, or resumes one from a checkpoint's state and
  /// progress.
  public init(
    _ trainer: SomeTrainer, _ configuration: RunConfiguration,
    progress: RunProgress = RunProgress()
  ) {
    self.trainer = trainer
    self.configuration = configuration
    self.progress = progress
  }

  /// A mini-batch that is to be trained on.
  public struct Step: Sendable {
    /// The batch's index in its epoch.
    public let index: Int
    /// The batch, as indices into the examples.
    public let samples: ArraySlice<Int>
    /// The data set.
    public let examples: Examples
    /// The epoch, from 0.
    public let epoch: Int
    /// The learning rate η, scaled to the batch size.
    public let learningRate: Double
    /// The batch that follows in this epoch, or none.
    public let upcoming: ArraySlice<Int>
    /// Samples of a micro-batch, or nil for the whole batch at once.
    let microBatchSize: Int?

    /// Trains on the batch: in one pass, or by the gradients of its micro-batches, accumulated one
    /// after the other, and one step.
    public func train(_ trainer: inout SomeTrainer) -> Tally {
      guard let microBatchSize, microBatchSize < samples.count else {
        return trainer.train(
          on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: upcoming)
      }
      let parts = BatchPlan(order: Array(samples), batchSize: microBatchSize)
      var tally = Tally()
      for index in 0..<parts.count {
        tally.add(
          trainer.accumulateGradient(of: Batch(parts[index], of: examples, epoch: epoch)))
      }
      trainer.step(learningRate: learningRate, batchSize: samples.count)
      return tally
    }
  }

  /// A mini-batch that has been trained on.
  public struct BatchReport: Sendable {
    /// The batch's index in its epoch.
    public let index: Int
    /// The number of batches in the epoch.
    public let count: Int
    /// Losses and hits before the step.
    public let tally: Tally
  }

  /// Trains to the end of the current epoch.
  ///
  /// - Parameters:
  ///   - training: The samples to train on.
  ///   - validation: The samples held out, which are evaluated at the end.
  ///   - batchCompleted: Called after each step. Where it returns false, the run stops there, and
  ///     can go on from `progress` and the trainer's state.
  ///   - step: Trains on a batch and returns its losses and hits; by default, `Trainer.train`, or
  ///     gradient accumulation where the configuration has micro-batches.
  /// - Returns: The epoch's record, or nil where it was stopped before its end.
  public mutating func runEpoch(
    training: Examples, validation: Examples?,
    batchCompleted: (BatchReport) -> Bool = { _ in true },
    step: (inout SomeTrainer, Step) -> Tally = { trainer, step in step.train(&trainer) }
  ) -> EpochRecord? {
    let epoch = progress.epochs
    let plan = configuration.plan(epoch: epoch, count: training.count)
    let scalingFactor = configuration.inEpoch(epoch).scalingFactor
    var rate = configuration.schedule.base
    let start = ContinuousClock.now
    while progress.batches < plan.count {
      rate =
        scalingFactor
        * configuration.schedule.rate(
          step: trainer.steps, epoch: epoch,
          share: Double(progress.batches) / Double(plan.count), plateau: progress.plateau)
      let (index, next) = (progress.batches, progress.batches + 1)
      let tally = step(
        &trainer,
        Step(
          index: index, samples: plan[index], examples: training, epoch: epoch,
          learningRate: rate, upcoming: next < plan.count ? plan[next] : [],
          microBatchSize: configuration.microBatchSize))
      progress.tally.add(tally)
      progress.batches = next
      let report = BatchReport(index: index, count: plan.count, tally: tally)
      if !batchCompleted(report), next < plan.count {
        progress.seconds? += (ContinuousClock.now - start) / .seconds(1)
        return nil
      }
    }
    progress.seconds? += (ContinuousClock.now - start) / .seconds(1)
    return finishEpoch(rate: rate, validation: validation)
  }

  private mutating func finishEpoch(rate: Double, validation: Examples?) -> EpochRecord {
    let batches = validation.map { trainer.evaluate($0, batchSize: 100) } ?? []
    let evaluation = batches.isEmpty ? nil : batches.total
    let record = EpochRecord(
      epoch: progress.epochs + 1, steps: trainer.steps, learningRate: rate,
      trainingLoss: progress.tally.meanLoss, trainingAccuracy: progress.tally.accuracy,
      validationLoss: evaluation?.meanLoss, validationAccuracy: evaluation?.accuracy,
      seconds: progress.seconds)
    configuration.schedule.observe(
      loss: record.validationLoss ?? record.trainingLoss, state: &progress.plateau)
    progress.history.append(record)
    progress.epochs += 1
    progress.batches = 0
    progress.tally = Tally()
    progress.seconds = 0
    return record
  }
}
