import Measurement
import TrainingCore

/// Experiment B, "Batch Size Variation": choosing the batch size anew at every iteration, as
/// described, as published, and controlled.
///
/// First an epoch of each arm is timed, one after the other. Then every arm is trained at the
/// published learning rate, side by side; each controlled arm chooses a rate of its own on the
/// held-out part, with a seed that no trial has; and is trained with that.
public struct OnlineSelectionStudy<T: OnlineSelectionTrainer>: Sendable {
  private let options: OnlineSelectionOptions
  private let arms: [OnlineSelectionOptions.Arm]
  private let threads: Int?
  private let observer: StudyObserver
  private let models: [(spec: ModelSpec, data: StudyData)]
  private let totalWork: Double

  /// Epochs of each arm that are timed.
  private static var timedEpochs: Int { 3 }

  /// Prepares the study and checks that every model fits the data.
  ///
  /// - Parameters:
  ///   - options: What to cover.
  ///   - data: The images.
  ///   - threads: The threads that a timed epoch may use, or nil for as many as there are
  ///     processors.
  ///   - observer: Told about progress, asked whether to stop.
  /// - Throws: `ModelError`, `RunError` or `StudyError` for a model or a base batch that doesn't fit
  ///   the data or the trainer.
  public init(
    _ options: OnlineSelectionOptions, data: StudyData, threads: Int? = nil,
    observer: StudyObserver = StudyObserver()
  ) throws {
    self.options = options
    self.threads = threads
    self.observer = observer
    arms = try options.arms()
    guard data.training.count >= options.baseBatchSize else {
      throw StudyError.noBaseBatch(
        baseBatchSize: options.baseBatchSize, training: data.training.count)
    }
    models = try options.models.map { name in
      let spec = try ModelSpec(named: name)
      return (spec, try data.fitting(spec))
    }
    var work = 0.0
    for (spec, data) in models {
      for arm in arms {
        let job = Self.job(spec, arm, options, .published, options.learningRate, trial: 0)
        for size in arm.selection.candidates {
          var configuration = job.configuration
          configuration.batchSize = size
          try configuration.validate(count: data.training.count)
        }
        _ = try T(job.configuration, state: nil, threads: 1)
        let trainings =
          Double(options.trials)
          + (arm.isControlled ? Double(options.trials + options.grid.count) : 0)
        let epochs = Double(options.epochs) * trainings + Double(Self.timedEpochs)
        work += job.workPerSample * epochs * Double(data.training.count)
      }
    }
    totalWork = work
  }

  private static func job(
    _ model: ModelSpec, _ arm: OnlineSelectionOptions.Arm, _ options: OnlineSelectionOptions,
    _ setting: OnlineSelectionResult.Setting, _ rate: Double, trial: Int
  ) -> OnlineSelectionJob {
    OnlineSelectionJob(
      model: model, arm: arm, setting: setting, learningRate: rate, trial: trial,
      epochs: options.epochs, seed: options.seed)
  }

  /// Runs the study.
  ///
  /// - Parameters:
  ///   - summary: The data in numbers, for the record.
  ///   - engine: The trainer's name, for the record.
  /// - Returns: Everything that was measured; incomplete where the observer stopped it.
  /// - Throws: `StudyError.lossNotANumber` for a training that diverges.
  public func run(summary: DataSummary, engine: String) throws -> OnlineSelectionResult {
    var result = OnlineSelectionResult(
      options: options, arms: arms, data: summary, machine: .current, engine: engine)
    result.costs = try costs()
    result.trainings = try train(
      models.flatMap { model in
        arms.flatMap { arm in
          (0..<options.trials).map {
            Self.job(model.spec, arm, options, .published, options.learningRate, trial: $0)
          }
        }
      })
    result.rates = try chooseRates()
    let tuned = models.flatMap { model in
      arms.flatMap { arm -> [OnlineSelectionJob] in
        guard
          let rate = result.rates.first(where: { $0.model == model.spec.name && $0.arm == arm.name }
          )
        else { return [] }
        return (0..<options.trials).map {
          Self.job(model.spec, arm, options, .tuned, rate.chosen, trial: $0)
        }
      }
    }
    result.trainings += try train(tuned)
    let controlled = arms.count(where: \.isControlled)
    result.isComplete =
      result.trainings.count == models.count * options.trials * (arms.count + controlled)
    return result
  }

  private func data(for model: ModelSpec) -> StudyData? {
    models.first { $0.spec == model }?.data
  }

  private func run(
    _ job: OnlineSelectionJob, threads: Int?
  ) throws -> (training: OnlineSelectionResult.Training, scoredSamples: Int)? {
    guard let data = data(for: job.model) else { return nil }
    return try job.run(with: T.self, data: data, threads: threads) { samples in
      observer.advanced(job.activity, Double(samples) * job.workPerSample / totalWork)
      return !observer.shouldStop()
    }
  }

  private func train(
    _ jobs: [OnlineSelectionJob]
  ) throws -> [OnlineSelectionResult.Training] {
    try sideBySide(jobs, observer: observer) { try run($0, threads: 1)?.training }
  }

  /// The arms take turns, so that a slow minute meets all of them.
  private func costs() throws -> [OnlineSelectionResult.Cost] {
    var costs: [OnlineSelectionResult.Cost] = []
    let clock = ContinuousClock()
    for (spec, data) in models {
      let first = costs.count
      for round in 0..<Self.timedEpochs {
        for (index, arm) in arms.enumerated() {
          var job = Self.job(spec, arm, options, .published, options.learningRate, trial: 0)
          job.epochs = 1
          let start = clock.now
          guard let (_, scored) = try run(job, threads: threads) else { return [] }
          let seconds = start.duration(to: clock.now) / .seconds(1)
          if round == 0 {
            let samples = data.training.count / options.baseBatchSize * options.baseBatchSize
            costs.append(
              .init(
                model: spec.name, arm: arm.name, secondsPerEpoch: [],
                scoredPerSample: Double(scored) / Double(samples)))
          }
          costs[first + index].secondsPerEpoch.append(seconds)
        }
      }
    }
    return costs
  }

  /// Each controlled arm's rate of the smallest held-out loss; the seed is that of no trial.
  private func chooseRates() throws -> [OnlineSelectionResult.ChosenRate] {
    let jobs = models.flatMap { model in
      arms.filter(\.isControlled).flatMap { arm in
        options.grid.map {
          Self.job(model.spec, arm, options, .tuned, $0, trial: options.trials)
        }
      }
    }
    let tried = try sideBySide(jobs, observer: observer) {
      job -> (OnlineSelectionJob, Double?)? in
      do {
        guard let training = try run(job, threads: 1)?.training else { return nil }
        return (job, training.epochs.last?.validationLoss)
      } catch StudyError.lossNotANumber {
        return (job, nil)
      }
    }
    return models.flatMap { model in
      arms.filter(\.isControlled).compactMap { arm in
        let own = tried.filter { $0.0.model == model.spec && $0.0.arm == arm }
        guard own.count == options.grid.count,
          let best = own.min(by: { $0.1 ?? .infinity < $1.1 ?? .infinity }), best.1 != nil
        else { return nil }
        return .init(
          model: model.spec.name, arm: arm.name,
          tried: own.map { .init(rate: $0.0.learningRate, validationLoss: $0.1) },
          chosen: best.0.learningRate)
      }
    }
  }
}
