import Files
import Measurement
import TrainingCore

/// Experiment A, "Effect of Batch Size": fixed batch sizes, as published and controlled.
///
/// The published arm trains each model with each batch size at one learning rate, one training
/// after the other, so that their seconds can be compared. The controlled arms train the same with
/// scaled rates, side by side, for their accuracy alone. Latency is measured for every pair of
/// training and inference batch size.
public struct FixedBatchSizeStudy<T: Trainer>: Sendable {
  private let options: FixedBatchSizeOptions
  private let threads: Int?
  private let observer: StudyObserver
  private let meter: EnergyMeter
  private let models: [(spec: ModelSpec, data: StudyData)]
  private let cellCount: Int
  private let totalWork: Double

  /// Prepares the study and checks that every model fits the data.
  ///
  /// - Parameters:
  ///   - options: What to cover.
  ///   - data: The images.
  ///   - threads: The threads that a timed training or forward pass may use, or nil for as many as
  ///     there are processors.
  ///   - observer: Told about progress, asked whether to stop.
  ///   - meter: What measures the energy of inference.
  /// - Throws: `ModelError`, `RunError` or `StudyError` for a model or batch size that doesn't fit
  ///   the data or the trainer.
  public init(
    _ options: FixedBatchSizeOptions, data: StudyData, threads: Int? = nil,
    observer: StudyObserver = StudyObserver(), meter: EnergyMeter = EnergyMeter()
  ) throws {
    self.options = options
    self.threads = threads
    self.observer = observer
    self.meter = meter
    models = try options.models.map { name in
      let spec = try ModelSpec(named: name)
      return (spec, try data.fitting(spec))
    }
    let jobs = models.flatMap { Self.jobs($0.spec, options, arms: [.published] + Arm.controlled) }
    cellCount = jobs.count
    for job in jobs { try job.configuration.validate(count: data.training.count) }
    for (spec, _) in models {
      // Made for nothing but to hear that it can be, before other models have trained for minutes.
      if let job = jobs.first(where: { $0.model == spec }) {
        _ = try T(job.configuration, state: nil, threads: 1)
      }
    }
    if let largest = options.batchSizes.max(), largest > min(data.test.count, data.training.count) {
      throw StudyError.batchLargerThanData(
        batchSize: largest, training: data.training.count, test: data.test.count)
    }
    let samples = Double(data.training.count * options.epochs)
    totalWork =
      jobs.reduce(0) { $0 + $1.workPerSample * samples }
      + 1.25 * options.latencySeconds * 1e9 * Double(options.batchSizes.count * models.count)
  }

  private typealias Arm = FixedBatchSizeOptions.Arm

  /// Runs the study.
  ///
  /// - Parameters:
  ///   - summary: The data in numbers, for the record.
  ///   - engine: The trainer's name, for the record.
  /// - Returns: Everything that was measured; incomplete where the observer stopped it.
  /// - Throws: `ModelError` if the trainer doesn't have a layer.
  public func run(
    summary: DataSummary, engine: String
  ) throws -> FixedBatchSizeResult {
    var result = FixedBatchSizeResult(
      options: options, data: summary, machine: .current, engine: engine)
    for (spec, data) in models {
      let initial = ModelState.initial(
        model: spec, optimizer: Arm.published.optimizer, seed: options.seed)
      result.models.append(
        .init(
          name: spec.name, cost: ModelCost(of: spec),
          bytes: Checkpoint.weights(of: initial, model: spec).encoded().count))
      var trained: [(batchSize: Int, copies: [T])] = []
      for job in Self.jobs(spec, options, arms: [.published]) {
        guard let (training, trainer) = try run(job, data: data, isTimed: true) else {
          return result
        }
        result.trainings.append(training)
        if job.trial == 0 {
          trained.append(
            (job.batchSize, try trainer.latencyCopies(job.configuration, threads: threads)))
        }
      }
      for size in options.batchSizes {
        guard !observer.shouldStop() else { return result }
        observer.advanced(
          "\(spec.name) · latency at batch \(size)", 1.25 * options.latencySeconds * 1e9 / totalWork
        )
        let measured = InferenceLatency.measure(
          trained.map(\.copies), on: data.test, batchSize: size,
          seconds: Seconds(options.latencySeconds))
        result.latencies += zip(trained, measured).map {
          .init(model: spec.name, trainingBatchSize: $0.batchSize, measured: $1)
        }
        if let trainer = trained.last?.copies.first {
          result.energies.append(
            .init(
              model: spec.name, inferenceBatchSize: size,
              perImage: trainer.inferenceEnergy(
                on: data.test, batchSize: size, seconds: Seconds(options.latencySeconds / 4),
                meter: meter)))
        }
      }
    }
    result.trainings += try runSideBySide()
    result.isComplete = result.trainings.count == cellCount
    return result
  }

  private static func jobs(
    _ model: ModelSpec, _ options: FixedBatchSizeOptions, arms: [FixedBatchSizeOptions.Arm]
  ) -> [FixedBatchSizeJob] {
    arms.flatMap { arm in
      (0..<options.trials).flatMap { trial in
        options.batchSizes.map {
          FixedBatchSizeJob(model: model, arm: arm, batchSize: $0, trial: trial, options: options)
        }
      }
    }
  }

  private func run(
    _ job: FixedBatchSizeJob, data: StudyData, isTimed: Bool
  ) throws(ModelError) -> (result: FixedBatchSizeResult.Training, trainer: T)? {
    try job.run(with: T.self, data: data, isTimed: isTimed, threads: threads) { samples in
      observer.advanced(job.activity, Double(samples) * job.workPerSample / totalWork)
      return !observer.shouldStop()
    }
  }

  /// The controlled arms, as many at a time as there are cores; those that were done when it was
  /// stopped.
  private func runSideBySide() throws -> [FixedBatchSizeResult.Training] {
    let jobs = models.flatMap { model in
      Self.jobs(model.spec, options, arms: Arm.controlled).map { (job: $0, data: model.data) }
    }
    return try sideBySide(jobs, observer: observer) { next in
      try run(next.job, data: next.data, isTimed: false)?.result
    }
  }
}
