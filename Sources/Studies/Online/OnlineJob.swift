import Datasets
import TrainingCore

/// One training, or the times of one model's arms, with all that determines it.
package enum OnlineJob: StudyJob {
  /// The times of epochs.
  case cost(Cost)
  /// A training at the published learning rate.
  case training(Training)
  /// A training at one rate of the grid, for its held-out loss alone.
  case search(Training)
  /// A training at the best rate of the grid.
  case tuned(Tuned)

  package struct Training: Codable, Hashable, Sendable {
    let model: String
    let arm: OnlineStudy.Arm
    let setting: OnlineRecord.Setting
    var learningRate: Double
    var trial: Int
    let epochs: Int
    var seed: UInt64
  }

  package struct Tuned: Codable, Hashable, Sendable {
    let search: [Training]
    let trial: Int
    let seed: UInt64

    var model: String { search.first?.model ?? "" }
    var arm: String { search.first?.arm.name ?? "" }

    /// The training, once the rate is known.
    func training(at rate: Double) -> Training? {
      guard var training = search.first else { return nil }
      training.learningRate = rate
      training.trial = trial
      training.seed = seed
      return training
    }
  }

  /// Which epochs are timed: one of each arm, so many times.
  package struct Cost: Codable, Hashable, Sendable {
    let rounds: Int
    let epochs: [Training]
  }

  package var activity: String {
    switch self {
    case .cost(let job): "\(job.epochs.first?.model ?? "") · times"
    case .training(let job): job.activity
    case .search(let job): "\(job.model) · \(job.arm.name) · rate \(job.learningRate)"
    case .tuned(let job): "\(job.model) · \(job.arm) · tuned · trial \(job.trial + 1)"
    }
  }

  package var isTimed: Bool {
    if case .cost = self { true } else { false }
  }

  package var needs: [OnlineJob] {
    if case .tuned(let job) = self { job.search.map(OnlineJob.search) } else { [] }
  }

  package var group: String {
    if case .tuned(let job) = self { "\(job.model) · \(job.arm) · tuned" } else { activity }
  }
}

extension OnlineJob.Cost {
  /// Times the epochs; the arms take turns, so that a slow minute meets all of them.
  ///
  /// `run` runs one epoch, which is the given share of the job. Where it returns false, there are
  /// no times.
  func run(
    _ run: (OnlineJob.Training, _ share: Double) throws -> Bool
  ) rethrows -> [OnlineRecord.Cost]? {
    var costs = epochs.map {
      OnlineRecord.Cost(model: $0.model, arm: $0.arm.name, secondsPerEpoch: [])
    }
    let clock = ContinuousClock()
    for _ in 0..<rounds {
      for (index, epoch) in epochs.enumerated() {
        let start = clock.now
        guard try run(epoch, 1 / Double(rounds * epochs.count)) else { return nil }
        costs[index].secondsPerEpoch.append(start.duration(to: clock.now) / .seconds(1))
      }
    }
    return costs
  }
}

extension OnlineJob.Training {
  var activity: String {
    "\(model) · \(arm.name) · \(setting == .tuned ? "tuned · " : "")trial \(trial + 1)"
  }

  /// What is run: the published optimizer, and a tenth of the learning rate once the loss has not
  /// fallen by 0.5 % for more than 3 epochs.
  func configuration(for model: ModelSpec) -> RunConfiguration {
    var configuration = RunConfiguration(
      model: model, optimizer: .sgd(SGDSpec(momentum: 0.9, weightDecay: 5e-4)),
      schedule: LearningRateSchedule(
        base: learningRate, decay: .plateau(patience: 3, factor: 0.1, threshold: 0.005)),
      batchSize: arm.selection.baseBatchSize, seed: seed)
    configuration.dropsLast = true
    configuration.clipNorm = arm.clipNorm
    return configuration
  }

  /// Trains and tests.
  ///
  /// `advance` is told which share of the training an iteration was; where it returns false, the
  /// training stops, and there is no result.
  func run<T: OnlineSelectionTrainer>(
    with type: T.Type, _ model: ModelSpec, _ data: StudyData, threads: Int?,
    advance: (_ share: Double) -> Bool
  ) throws -> OnlineRecord.Training? {
    let configuration = configuration(for: model)
    var run = TrainingRun(try T(configuration, state: nil, threads: threads), configuration)
    var records: [OnlineRecord.Epoch] = []
    let zeros = Array(repeating: 0, count: arm.selection.candidates.count)
    for epoch in 0..<epochs {
      var record = OnlineRecord.Epoch(choices: zeros, candidateLosses: zeros.map(Double.init))
      let done = run.runEpoch(
        training: data.training, validation: data.validation,
        batchCompleted: { advance(1 / Double($0.count * epochs)) },
        step: { trainer, step in
          let selected = arm.selection.train(
            &trainer, on: step.samples, of: step.examples, epoch: step.epoch,
            iteration: step.index, seed: configuration.seed, learningRate: step.learningRate)
          record.add(selected)
          return selected.tally
        })
      guard let done else { return nil }
      guard record.end(done) else {
        throw StudyError.lossNotANumber(training: activity, epoch: epoch + 1)
      }
      records.append(record)
    }
    let trainer = run.trainer
    let test = trainer.evaluate(data.test, batchSize: 256).total
    return OnlineRecord.Training(
      model: self.model, arm: arm.name, setting: setting, trial: trial,
      learningRate: learningRate, epochs: records, testLoss: test.loss.mean,
      testAccuracy: test.accuracy, fingerprint: Fingerprint(of: trainer.state).description)
  }
}

extension OnlineRecord.Epoch {
  /// Counts an iteration; the candidates' losses are sums until `end`.
  mutating func add(_ iteration: SelectionRecord) {
    iterations += 1
    choices[iteration.choice] += 1
    ties += iteration.isTie ? 1 : 0
    scoredSamples += iteration.scoredSamples
    if iteration.losses.isEmpty { candidateLosses = [] }
    for index in candidateLosses.indices { candidateLosses[index] += iteration.losses[index] }
  }

  /// Turns sums into averages, and adds what the whole epoch came to; false where a loss is not a
  /// number.
  mutating func end(_ epoch: EpochRecord) -> Bool {
    for index in candidateLosses.indices { candidateLosses[index] /= Double(iterations) }
    learningRate = epoch.learningRate
    (trainingLoss, trainingAccuracy) = (epoch.trainingLoss, epoch.trainingAccuracy)
    validationLoss = epoch.validationLoss ?? .nan
    validationAccuracy = epoch.validationAccuracy ?? 0
    return trainingLoss.isFinite && validationLoss.isFinite
  }
}
