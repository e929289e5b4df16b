import CommandLineTools
import TrainingCore

/// A model of one's own at several batch sizes and learning rates: which of them train it best.
///
/// Every batch size is trained with every rate, each as often as there are trials. The best is chosen
/// by the held-out images, so that the test images aren't part of the choice.
package struct SweepStudy: Study {
  package static let name = "sweep"
  package static let version = 1
  package static let command = "sweep"

  package static func report(_ result: StudyResult<SweepStudy>) -> StudyReport {
    SweepReport(result).report
  }

  package struct Options: Codable, Hashable, Sendable {
    /// What all trainings have in common; batch size, learning rate and seed are each training's own.
    var base: RunConfiguration
    var batchSizes = [16, 64, 256]
    var learningRates: [Double]
    /// Trainings of each batch size and rate, which differ in their seed.
    var trials = 1
    /// Passes over the training images.
    var epochs = 2
  }

  package let options: Options
  package let data: DataSummary
  private let images: StudyData

  /// Checks that the images fit the model and every batch size; the summary is of these.
  ///
  /// It throws `ModelError`, `RunError` or `StudyError` for what can't be done.
  init(_ options: Options, data: StudyData, summary: DataSummary) throws {
    self.options = options
    self.data = summary
    images = try data.fitting(options.base.model)
    guard images.validation.count > 0 else { throw StudyError.nothingHeldOut }
    for job in try Self.jobs(of: options) {
      guard job.configuration.batchSize <= images.training.count else {
        throw StudyError.batchLargerThanData(
          batchSize: job.configuration.batchSize, training: images.training.count)
      }
      try job.configuration.validate(count: images.training.count)
    }
  }

  package static func jobs(of options: Options) throws -> [SweepJob] {
    options.batchSizes.flatMap { batchSize in
      options.learningRates.flatMap { rate in
        (0..<options.trials).map { trial in
          var configuration = options.base
          configuration.batchSize = batchSize
          configuration.schedule.base = rate
          configuration.seed = options.base.seed &+ UInt64(trial)
          return SweepJob(configuration: configuration, trial: trial, epochs: options.epochs)
        }
      }
    }
  }

  /// Images and steps; a step weighs as much as eight images.
  package func work(of job: SweepJob) -> Double {
    Double(job.epochs) * (1 + 8 / Double(job.configuration.batchSize))
  }

  package func run<T: StudyTrainer>(
    _ job: SweepJob, with trainer: T.Type, _ context: JobContext<SweepStudy>
  ) throws -> JobOutcome<SweepRecord>? {
    let trainer = try T(job.configuration, state: nil, threads: context.threads)
    guard
      let run = context.train(trainer, job.configuration, on: images, epochs: job.epochs),
      let last = run.progress.history.last
    else { return nil }
    let test = run.trainer.evaluate(images.test, batchSize: 256).total
    return JobOutcome(
      record: SweepRecord(
        batchSize: job.configuration.batchSize, learningRate: job.configuration.schedule.base,
        trial: job.trial, steps: last.steps, trainingLoss: last.trainingLoss,
        validationLoss: last.validationLoss ?? .nan,
        validationAccuracy: last.validationAccuracy ?? 0, testLoss: test.loss.mean,
        testAccuracy: test.accuracy, fingerprint: Fingerprint(of: run.trainer.state).description))
  }

  /// Options of a training that a sweep has another of, or that would change the rates it names.
  private static let replaced: Set = [
    "--batch-size", "--learning-rate", "--scale-learning-rate", "--base-batch-size",
  ]

  package static let help = StudyHelp(
    summary: "a model of yours at several batch sizes and learning rates, as a heat map",
    discussion: """
      Trains a model with every batch size and every learning rate, and says which
      pair does best on the held-out images; writes results.json, results.csv and
      report.html. It resumes, and runs in shards, as studies do: batchwise study
      merge puts the shards' folders together.
      """,
    folder: "out/sweep",
    options: [
      .init("--batch-sizes", "B,…", help: "the batch sizes (default 16,64,256)"),
      .init(
        "--learning-rates", "R,…",
        help: "the learning rates (default: the optimizer's usual one, a tenth and ten times of it)"
      ),
      .init(
        "--trials", "N",
        help: "trainings of each pair, which differ in their seed (default 1)"),
    ] + TrainOptions.options.filter { !replaced.contains($0.name) } + [StudyHelp.images]
      + DataOptions.options)

  package static func options(_ arguments: Arguments) throws -> Options {
    let base = try TrainOptions.configuration(arguments)
    let rate = base.schedule.base
    var options = Options(base: base, learningRates: [rate / 10, rate, rate * 10])
    options.batchSizes = try arguments.batchSizes("--batch-sizes")?.sorted() ?? options.batchSizes
    options.learningRates =
      try arguments.numbers("--learning-rates", in: 1e-12...1e6)?.sorted() ?? options.learningRates
    options.trials = try arguments.integer("--trials", in: 1...1000) ?? options.trials
    options.epochs = try arguments.integer("--epochs", in: 1...10_000) ?? options.epochs
    return options
  }

  package init(_ options: Options, _ arguments: Arguments) throws {
    let (data, summary) = try arguments.images(seed: options.base.seed, limit: nil)
    try self.init(options, data: data, summary: summary)
  }
}

/// One training with all that determines it.
package struct SweepJob: StudyJob {
  let configuration: RunConfiguration
  /// The trial, from 0; trials of the same number have the same seed.
  let trial: Int
  let epochs: Int

  package var activity: String {
    "\(configuration.model.name) · batch \(configuration.batchSize) · rate "
      + "\(configuration.schedule.base) · trial \(trial + 1)"
  }
}

/// What a training of a sweep came to after its last epoch.
package struct SweepRecord: Codable, Hashable, Sendable {
  let batchSize: Int
  let learningRate: Double
  let trial: Int
  /// Steps of the optimizer.
  let steps: Int
  /// Per image of the last epoch, each at the weights before its own step.
  let trainingLoss: Double
  let validationLoss: Double
  /// Share of the held-out images that are classified correctly.
  let validationAccuracy: Double
  let testLoss: Double
  /// Share of the test images that are classified correctly.
  let testAccuracy: Double
  let fingerprint: String

  /// Whether a loss is not a number, so that accuracies mean nothing.
  var isDiverged: Bool { !trainingLoss.isFinite || !validationLoss.isFinite }
}
