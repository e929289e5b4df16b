import CommandLineTools
import Datasets
import TrainingCore

/// Experiment B, "Batch Size Variation": choosing the batch size anew at every iteration, as
/// described, as published, and controlled.
///
/// Every arm is trained at the published learning rate. Each controlled arm also searches a rate of
/// its own by the loss of the held-out part, with a seed that no trial has, and is trained with
/// that. Some epochs of each arm are timed.
package struct OnlineStudy: Study {
  package static let name = "online"
  package static let version = 2

  package static func report(_ result: StudyResult<OnlineStudy>) -> StudyReport {
    OnlineReport(result).report
  }

  package struct Options: Codable, Hashable, Sendable {
    /// Names of the models: plain, with dropout, with batch normalisation.
    var models = [
      "mlp:784-128-10", "mlp:784-128-10+dropout0.5", "mlp:784-128-10+batchnorm",
    ]
    /// The samples of an iteration.
    var baseBatchSize = 256
    /// The batch sizes to choose from, in the order that decides ties.
    var candidates = [256, 128, 64]
    /// Trainings of each arm, which differ in their seed.
    var trials = 5
    /// Passes over the training set.
    var epochs = 6
    /// The first trial's seed; the next ones follow.
    var seed: UInt64 = 1
    /// The learning rate at the base batch size, as published.
    var learningRate = 0.01
    /// The rates that a controlled arm chooses its own from.
    var grid = [0.01, 0.03, 0.1, 0.3]
    /// Whether epochs are timed.
    var isTimed = true
  }

  package let options: Options
  package let data: DataSummary
  private let models: [String: (spec: ModelSpec, data: StudyData)]

  /// Checks that every model and every candidate fits the images; the summary is of these.
  ///
  /// It throws `ModelError`, `RunError` or `StudyError` for a model or base batch that doesn't fit.
  init(_ options: Options, data: StudyData, summary: DataSummary) throws {
    self.options = options
    self.data = summary
    guard data.training.count >= options.baseBatchSize else {
      throw StudyError.noBaseBatch(
        baseBatchSize: options.baseBatchSize, training: data.training.count)
    }
    models = try data.fitting(modelsNamed: options.models)
    for case .training(let job) in try Self.jobs(of: options) {
      guard let (spec, data) = models[job.model] else { continue }
      var configuration = job.configuration(for: spec)
      for size in job.arm.selection.candidates {
        configuration.batchSize = size
        try configuration.validate(count: data.training.count)
      }
    }
  }

  package static func jobs(of options: Options) throws -> [OnlineJob] {
    let arms = try options.arms()
    let costs = options.models.map { model in
      OnlineJob.cost(
        .init(rounds: 3, epochs: arms.map { training(model, $0, options, epochs: 1) }))
    }
    let published = options.models.flatMap { model in
      arms.flatMap { arm in
        (0..<options.trials).map { OnlineJob.training(training(model, arm, options, trial: $0)) }
      }
    }
    let tuned = options.models.flatMap { model in
      arms.filter(\.isControlled).flatMap { arm in
        let search = options.grid.map {
          training(model, arm, options, setting: .tuned, rate: $0, trial: options.trials)
        }
        return (0..<options.trials).map {
          OnlineJob.tuned(.init(search: search, trial: $0, seed: options.seed &+ UInt64($0)))
        }
      }
    }
    return (options.isTimed ? costs : []) + published + tuned
  }

  private static func training(
    _ model: String, _ arm: Arm, _ options: Options, setting: OnlineRecord.Setting = .published,
    rate: Double? = nil, trial: Int = 0, epochs: Int? = nil
  ) -> OnlineJob.Training {
    OnlineJob.Training(
      model: model, arm: arm, setting: setting, learningRate: rate ?? options.learningRate,
      trial: trial, epochs: epochs ?? options.epochs, seed: options.seed &+ UInt64(trial))
  }

  package static func withoutTimes(_ record: OnlineRecord) -> OnlineRecord {
    var rest = record
    rest.costs = nil
    return rest
  }

  /// Arithmetic: a forward pass, a backward pass that takes two of it, and the candidates' passes.
  package func work(of job: OnlineJob) -> Double {
    switch job {
    case .cost(let cost): Double(cost.rounds) * cost.epochs.reduce(0) { $0 + work(of: $1) }
    case .training(let training), .search(let training): work(of: training)
    case .tuned(let tuned): tuned.search.first.map(work) ?? 0
    }
  }

  private func work(of training: OnlineJob.Training) -> Double {
    guard let (spec, data) = models[training.model] else { return 0 }
    let selection = training.arm.selection
    let isScored = selection.canDiffer(for: spec) && selection.candidates.count > 1
    let passes = 3 + (isScored ? selection.candidates.count : 0)
    let samples = data.training.count * training.epochs
    return Double(ModelCost(of: spec).flops) * Double(passes) * Double(samples)
  }

  package func run<T: StudyTrainer>(
    _ job: OnlineJob, with trainer: T.Type, _ context: JobContext<OnlineStudy>
  ) throws -> JobOutcome<OnlineRecord>? {
    func run(
      _ training: OnlineJob.Training, share: Double = 1
    ) throws -> OnlineRecord.Training? {
      guard let (spec, data) = models[training.model] else { return nil }
      return try training.run(with: trainer, spec, data, threads: context.threads) {
        context.advance($0 * share)
      }
    }
    var record = OnlineRecord()
    switch job {
    case .cost(let cost):
      record.costs = try cost.run { try run($0, share: $1) != nil }
      guard record.costs != nil else { return nil }
    case .training(let training):
      record.training = try run(training)
      guard record.training != nil else { return nil }
    case .search(let training):
      var loss: Double?
      do {
        guard let done = try run(training) else { return nil }
        loss = done.epochs.last?.validationLoss
      } catch StudyError.lossNotANumber {}  // A rate that diverges is one that isn't chosen.
      record.tried = .init(rate: training.learningRate, validationLoss: loss)
    case .tuned(let tuned):
      let tried = try tuned.search.compactMap { try context.record(of: .search($0)).tried }
      let rate = OnlineRecord.ChosenRate(model: tuned.model, arm: tuned.arm, tried: tried)
      record.rate = rate
      if let training = rate.chosen.flatMap(tuned.training) {
        record.training = try run(training)
        guard record.training != nil else { return nil }
      }
    }
    return JobOutcome(record: record)
  }

  package static let help = StudyHelp(
    summary: "the online-selection study: choosing the batch size by the loss, at every step",
    discussion: """
      Trains perceptrons with fixed batch sizes and with sizes chosen at every
      iteration, as the article describes it, as its author's loop does it, and with
      one thing changed at a time; writes results.json, results.csv and report.html.
      """,
    folder: "out/online",
    options: [
      .init(
        "--preset", "P",
        help: "quick (default): the first 6,000 images, 6 epochs; full: all images of the whole "
          + "of Fashion-MNIST where it is installed, 12 epochs"),
      .init(
        "--models", "M,…",
        help: "models, instead of a plain one, one with dropout, and one with batch normalisation"),
      .init("--base-batch-size", "B", help: "images of an iteration (default 256)"),
      .init(
        "--candidates", "B,…",
        help: "batch sizes to choose from, the first one on a tie (default 256,128,64)"),
      .init("--trials", "N", help: "trainings of each arm, which differ in their seed (default 5)"),
      .init("--epochs", "E", help: "passes over the training images"),
      StudyHelp.images, StudyHelp.seed, StudyHelp.noTiming,
    ] + DataOptions.options)

  private enum Preset: String, CaseIterable { case quick, full }

  private static func isQuick(_ arguments: Arguments) throws(CommandError) -> Bool {
    try arguments.choice("--preset", of: Preset.self) != .full
  }

  package static func options(_ arguments: Arguments) throws -> Options {
    var options = Options()
    options.models = try arguments.models() ?? options.models
    let base = try arguments.integer("--base-batch-size", in: 1...10_000_000) ?? 256
    options.baseBatchSize = base
    options.candidates = try arguments.batchSizes("--candidates") ?? [base, base / 2, base / 4]
    options.trials = try arguments.integer("--trials", in: 1...1000) ?? options.trials
    let epochs = try isQuick(arguments) ? options.epochs : 12
    options.epochs = try arguments.integer("--epochs", in: 1...10_000) ?? epochs
    options.seed = try arguments.seed() ?? options.seed
    options.isTimed = !arguments.has(StudyHelp.noTiming.name)
    _ = try options.arms()
    return options
  }

  package init(_ options: Options, _ arguments: Arguments) throws {
    let isQuick = try Self.isQuick(arguments)
    let whole = DatasetCatalog().entries.first { $0.name == "fashion-mnist" && $0.isAvailable }
    let (data, summary) = try arguments.images(
      seed: options.seed, name: isQuick ? nil : whole?.name, limit: isQuick ? 6000 : nil)
    try self.init(options, data: data, summary: summary)
  }
}
