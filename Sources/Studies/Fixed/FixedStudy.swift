import CommandLineTools
import Datasets
import Files
import Measurement
import TrainingCore

/// Experiment A, "Effect of Batch Size": fixed batch sizes, as published and controlled.
///
/// The published arm trains each model with each batch size at one learning rate, one training
/// after the other, so that their times can be compared. The controlled arms train the same with
/// scaled rates, for their accuracy alone. Latency is measured for every pair of training and
/// inference batch size.
package struct FixedStudy: Study {
  package static let name = "fixed"
  package static let version = 2

  package static func report(_ result: StudyResult<FixedStudy>) -> StudyReport {
    result.report
  }

  package struct Options: Codable, Hashable, Sendable {
    package var models: [String]
    /// Training batch sizes, which are also the inference batch sizes.
    package var batchSizes = [1, 16, 64, 128]
    /// Trainings of each cell, which differ in their seed.
    package var trials: Int
    /// Passes over the training set.
    package var epochs = 2
    /// The first trial's seed; the next ones follow.
    package var seed: UInt64 = 1
    /// The batch size for which the arms' learning rates are meant.
    package var baseBatchSize = 64
    /// Whether the published arm and latencies are timed.
    package var isTimed = true
    /// Seconds that measuring the latencies of one inference batch size takes.
    package var latencySeconds = 1.6
  }

  package let options: Options
  package let data: DataSummary
  private let models: [String: (spec: ModelSpec, data: StudyData)]

  /// Checks that every model fits the images; the summary is of these.
  ///
  /// It throws `ModelError`, `RunError` or `StudyError` for a model or batch size that doesn't fit.
  package init(_ options: Options, data: StudyData, summary: DataSummary) throws {
    self.options = options
    self.data = summary
    models = try data.fitting(modelsNamed: options.models)
    for case .training(let job) in Self.jobs(of: options) {
      guard let (spec, _) = models[job.model] else { continue }
      try job.configuration(for: spec).validate(count: data.training.count)
    }
    if let largest = options.batchSizes.max(), largest > data.training.count {
      throw StudyError.batchLargerThanData(batchSize: largest, training: data.training.count)
    }
  }

  package static func jobs(of options: Options) -> [FixedJob] {
    let published = options.models.flatMap { trainings($0, options, arms: [.published]) }
    let controlled = options.models.flatMap { trainings($0, options, arms: Arm.controlled) }
    let latencies = options.models.flatMap { model in
      options.batchSizes.map { size in
        FixedJob.latency(
          .init(
            inferenceBatchSize: size, seconds: options.latencySeconds,
            trained: trainings(model, options, arms: [.published]).filter { $0.trial == 0 }))
      }
    }
    return published.map(FixedJob.training) + (options.isTimed ? latencies : [])
      + controlled.map(FixedJob.training)
  }

  private static func trainings(
    _ model: String, _ options: Options, arms: [Arm]
  ) -> [FixedJob.Training] {
    arms.flatMap { arm in
      (0..<options.trials).flatMap { trial in
        options.batchSizes.map { size in
          FixedJob.Training(
            model: model, arm: arm, batchSize: size, baseBatchSize: options.baseBatchSize,
            trial: trial, epochs: options.epochs, seed: options.seed &+ UInt64(trial),
            isTimed: options.isTimed && arm == .published)
        }
      }
    }
  }

  /// Nanoseconds on the machine that the factors were measured on: arithmetic per sample, and each
  /// step's share, which goes over all weights whatever the batch size.
  package func work(of job: FixedJob) -> Double {
    switch job {
    case .training(let training):
      guard let (spec, data) = models[training.model] else { return 1 }
      let cost = ModelCost(of: spec)
      let perSample =
        0.15 * Double(cost.flops) + 0.4 * Double(cost.parameters) / Double(training.batchSize)
      return perSample * Double(data.training.count * training.epochs)
    case .latency(let latency):
      return 1.25e9 * latency.seconds
    }
  }

  package func run<T: StudyTrainer>(
    _ job: FixedJob, with trainer: T.Type, _ context: JobContext<FixedStudy>
  ) throws -> JobOutcome<FixedRecord>? {
    switch job {
    case .training(let training):
      guard let (spec, data) = models[training.model] else { return nil }
      return try training.run(with: trainer, spec, data, context)
    case .latency(let latency):
      guard let model = latency.trained.first?.model, let (spec, data) = models[model] else {
        return nil
      }
      let copies = try latency.trained.map { training in
        let (file, path) = try context.weights(of: .training(training))
        let configuration = training.configuration(for: spec)
        let trainer = try T(
          configuration,
          state: Checkpoint.state(of: configuration, in: file, path: path),
          threads: context.threads)
        return try trainer.latencyCopies(configuration, threads: context.threads)
      }
      let size = latency.inferenceBatchSize
      let measured = InferenceLatency.measure(
        copies, on: data.test, batchSize: size, seconds: Seconds(latency.seconds))
      guard context.advance(0.8), let last = copies.last?.first else { return nil }
      let latencies = zip(latency.trained, measured).map {
        FixedRecord.Latency(model: model, trainingBatchSize: $0.batchSize, measured: $1)
      }
      let energy = last.inferenceEnergy(
        on: data.test, batchSize: size, seconds: Seconds(latency.seconds / 4), meter: EnergyMeter())
      return JobOutcome(
        record: FixedRecord(
          latencies: latencies,
          energy: .init(model: model, inferenceBatchSize: size, perImage: energy.perImage)))
    }
  }
}

extension FixedStudy {
  /// One way to choose the learning rate for a batch size.
  package struct Arm: Codable, Hashable, Sendable {
    package var optimizer: OptimizerSpec
    /// The learning rate at the base batch size.
    package var learningRate: Double
    /// How it follows the batch size.
    package var scaling: LearningRateScaling

    /// What the arm is called in results: `adam`, `adam-sqrt`, `sgd-linear`.
    package var name: String {
      scaling == .none ? optimizer.name : "\(optimizer.name)-\(scaling.rawValue)"
    }

    /// The published arm: Adam at 0.001 whatever the batch size.
    package static let published = Arm(
      optimizer: .adam(AdamSpec()), learningRate: 0.001, scaling: .none)

    package static let all = [published] + controlled

    /// The arms that change nothing but how the rate follows the batch size.
    package static let controlled = [
      Arm(optimizer: .adam(AdamSpec()), learningRate: 0.001, scaling: .squareRoot),
      Arm(optimizer: .sgd(SGDSpec()), learningRate: 0.05, scaling: .none),
      Arm(optimizer: .sgd(SGDSpec()), learningRate: 0.05, scaling: .linear),
    ]
  }

  package static let help = StudyHelp(
    summary: "the fixed-batch-size study: training time, latency, accuracy, energy",
    discussion: """
      Trains with each batch size as published, and again with one thing changed at a
      time; writes results.json, results.csv and report.html.
      """,
    folder: "out",
    options: [
      .init(
        "--preset", "P",
        help: "quick (default): mlp-1, the first 4,000 images, 3 trials; published: mlp-1 and "
          + "mlp-2-crop20, all images, 3 trials"),
      .init("--models", "M,…", help: "models, instead of the preset's"),
      .init("--batch-sizes", "B,…", help: "batch sizes (default 1,16,64,128)"),
      .init("--trials", "N", help: "trainings of each cell, which differ in their seed"),
      .init("--epochs", "E", help: "passes over the training images (default 2)"),
      StudyHelp.images, StudyHelp.seed, StudyHelp.noTiming,
    ] + DataOptions.options)

  private enum Preset: String, CaseIterable { case quick, published }

  private static func isQuick(_ arguments: Arguments) throws(CommandError) -> Bool {
    try arguments.choice("--preset", of: Preset.self) != .published
  }

  package static func options(_ arguments: Arguments) throws -> Options {
    let preset = try isQuick(arguments) ? ["mlp-1"] : ["mlp-1", "mlp-2-crop20"]
    var options = Options(
      models: try arguments.models() ?? preset,
      trials: try arguments.integer("--trials", in: 1...1000) ?? 3)
    options.batchSizes = try arguments.batchSizes("--batch-sizes")?.sorted() ?? options.batchSizes
    options.epochs = try arguments.integer("--epochs", in: 1...10_000) ?? options.epochs
    options.seed = try arguments.seed() ?? options.seed
    options.isTimed = !arguments.has(StudyHelp.noTiming.name)
    return options
  }

  package init(_ options: Options, _ arguments: Arguments) throws {
    let (data, summary) = try arguments.images(
      seed: options.seed, limit: Self.isQuick(arguments) ? 4000 : nil)
    try self.init(options, data: data, summary: summary)
  }
}
