/// One epoch as it went.
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
  /// Seconds of training, without validation.
  public var seconds: Double
}

/// How far a run has come: what a checkpoint needs besides the model's state.
public struct RunProgress: Codable, Hashable, Sendable {
  /// Whole epochs done.
  public var epochs = 0
  /// Batches done in the current epoch: the sampler's position.
  public var batches = 0
  /// Losses and hits of those batches.
  public var tally = Tally()
  /// Seconds spent on those batches.
  public var seconds = 0.0
  /// What reduce-on-plateau remembers.
  public var plateau = PlateauState()
  /// The epochs that are done.
  public var history: [EpochRecord] = []

  /// Creates the progress of a run that hasn't begun.
  public init() {}

  /// The largest number of epochs that a stored progress may claim.
  static let largestEpoch = 1 << 24

  /// Reads the progress of a run.
  ///
  /// - Parameter decoder: The decoder to read from.
  /// - Throws: A decoding error, also for counts that no run reaches.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epochs = try container.decodeCount(forKey: .epochs, upTo: Self.largestEpoch)
    batches = try container.decodeCount(forKey: .batches, upTo: 1 << 48)
    tally = try container.decode(Tally.self, forKey: .tally)
    seconds = try container.decode(Double.self, forKey: .seconds)
    plateau = try container.decode(PlateauState.self, forKey: .plateau)
    history = try container.decode([EpochRecord].self, forKey: .history)
  }
}

/// A training run: a trainer that is led through the epochs of a configuration.
public struct TrainingRun<SomeTrainer: Trainer> {
  /// The trainer.
  public private(set) var trainer: SomeTrainer
  /// What is run.
  public let configuration: RunConfiguration
  /// How far it has come.
  public private(set) var progress: RunProgress

  /// Begins a run, or goes on with one.
  ///
  /// - Parameters:
  ///   - trainer: A trainer in its initial state, or in that of a checkpoint.
  ///   - configuration: What is run.
  ///   - progress: How far the trainer's state has come.
  public init(
    _ trainer: SomeTrainer, _ configuration: RunConfiguration,
    progress: RunProgress = RunProgress()
  ) {
    self.trainer = trainer
    self.configuration = configuration
    self.progress = progress
  }

  /// One batch as it went.
  public struct BatchReport: Sendable {
    /// The batch's index in its epoch.
    public let index: Int
    /// The batches of the epoch.
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
  /// - Returns: The epoch's record, or nil where it was stopped before its end.
  public mutating func runEpoch(
    training: Examples, validation: Examples?,
    batchCompleted: (BatchReport) -> Bool = { _ in true }
  ) -> EpochRecord? {
    let clock = ContinuousClock()
    let epoch = progress.epochs
    let plan = configuration.plan(epoch: epoch, count: training.count)
    var rate = configuration.schedule.base
    let start = clock.now
    let secondsBefore = progress.seconds
    while progress.batches < plan.count {
      rate =
        configuration.scalingFactor
        * configuration.schedule.rate(
          step: trainer.steps, epoch: epoch, plateau: progress.plateau)
      let next = progress.batches + 1
      let tally = trainer.train(
        on: plan[progress.batches], of: training, epoch: epoch, learningRate: rate,
        upcoming: next < plan.count ? plan[next] : [])
      progress.tally.add(tally)
      progress.batches += 1
      let report = BatchReport(index: progress.batches - 1, count: plan.count, tally: tally)
      if !batchCompleted(report), progress.batches < plan.count {
        progress.seconds = secondsBefore + seconds(from: start, to: clock.now)
        return nil
      }
    }
    progress.seconds = secondsBefore + seconds(from: start, to: clock.now)
    return finishEpoch(rate: rate, validation: validation)
  }

  private mutating func finishEpoch(rate: Double, validation: Examples?) -> EpochRecord {
    var validationTally: Tally?
    if let validation, validation.count > 0 {
      var total = Tally()
      for tally in trainer.evaluate(validation, batchSize: 100) { total.add(tally) }
      validationTally = total
    }
    let record = EpochRecord(
      epoch: progress.epochs + 1, steps: trainer.steps, learningRate: rate,
      trainingLoss: progress.tally.loss.mean, trainingAccuracy: progress.tally.accuracy,
      validationLoss: validationTally?.loss.mean, validationAccuracy: validationTally?.accuracy,
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

private func seconds(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant) -> Double
{
  let (seconds, attoseconds) = start.duration(to: end).components
  return Double(seconds) + Double(attoseconds) * 1e-18
}
