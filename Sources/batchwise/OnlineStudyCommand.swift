import CommandLineTools
import Datasets
import Reporting
import Studies
import TrainingCore

/// `batchwise study online`: the online-selection study.
enum OnlineStudyCommand {
  private static let defaultFolder = "out/online"

  static let command = Command(
    name: "study online",
    summary: "the online-selection study: choosing the batch size by the loss, at every step",
    discussion: """
      Trains perceptrons with fixed batch sizes and with sizes chosen at every
      iteration, as the text describes it, as its author's loop does it, and with
      one thing changed at a time; writes results.json, results.csv and report.html.
      """,
    options: [
      .init(
        "--preset", "P",
        help: "quick (default): the first 6,000 images, 6 epochs; full: all images of the whole "
          + "of Fashion-MNIST where it is installed, 12 epochs"),
      .init(
        "--models", "M,…",
        help: "models, instead of a plain one, one with dropout, and one "
          + "with batch normalisation"),
      .init("--base-batch-size", "B", help: "images of an iteration (default 256)"),
      .init(
        "--candidates", "B,…",
        help: "batch sizes to choose from, the first one on a tie (default 256,128,64)"),
      .init("--trials", "N", help: "trainings of each arm, which differ in their seed (default 5)"),
      .init("--epochs", "E", help: "passes over the training images"),
      .init("--images", "N", help: "training images to use, from the first on"),
      .init("--seed", "S", help: "seed of the first trial (default 1)"),
    ] + DataOptions.options + [
      Engine.option, Engine.threadsOption,
      StudyOutput.option(default: defaultFolder),
    ],
    run: run)

  private enum Preset: String, CaseIterable {
    case quick, full
  }

  private static func run(_ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    let preset = try arguments.choice("--preset", of: Preset.self) ?? .quick
    let options = try studyOptions(arguments, preset)
    var dataOptions = DataOptions()
    dataOptions.limit =
      try arguments.integer("--images", in: 2...10_000_000) ?? (preset == .quick ? 6000 : nil)
    let whole = "fashion-mnist"
    if preset == .full,
      DatasetCatalog().entries.contains(where: { $0.name == whole && $0.isAvailable })
    {
      dataOptions.name = whole
    }
    try dataOptions.read(arguments)
    let folder = try StudyOutput.folder(
      arguments, default: defaultFolder, ofStudyWith: OnlineSelectionOptions.self)
    let data = try dataOptions.load(seed: options.seed)
    let (bar, observer) = StudyOutput.progress()
    let summary = dataOptions.summary(of: data)
    func result<T: OnlineSelectionTrainer>(_ type: T.Type) throws -> OnlineSelectionResult {
      try OnlineSelectionStudy<T>(
        options, data: data, threads: engine.threads, observer: observer
      ).run(summary: summary, engine: engine.description)
    }
    let result = try result(engine.trainer)
    bar.finish()
    let report = OnlineSelectionReport(result)
    try StudyOutput.conclude(
      .init(
        isComplete: result.isComplete, trainings: result.trainings.count,
        table: report.summaryTable,
        notes: "fixed, random, minimum, maximum: what decides the size; fresh: scored on other "
          + "masks; published: the author's loop. All at rate \(options.learningRate). Points of "
          + "accuracy against \(options.baseline), by 95 % bootstrap intervals.",
        claims: result.claims.map { "\($0.verdict.rawValue): \($0.text)" }),
      in: folder
    ) { try report.write(to: $0) }
  }

  private static func studyOptions(
    _ arguments: Arguments, _ preset: Preset
  ) throws -> OnlineSelectionOptions {
    let sizes = try arguments.batchSizes("--candidates")
    let base = try arguments.integer("--base-batch-size", in: 1...10_000_000) ?? 256
    var options = OnlineSelectionOptions(
      baseBatchSize: base, candidates: sizes ?? [base, base / 2, base / 4],
      trials: try arguments.integer("--trials", in: 1...1000) ?? 5,
      epochs: try arguments.integer("--epochs", in: 1...10_000) ?? (preset == .quick ? 6 : 12),
      seed: try arguments.text("--seed").map(TrainOptions.seed) ?? 1)
    if let models = try arguments.list("--models") { options.models = models }
    for model in options.models { _ = try ModelOption.model(model, option: "--models") }
    _ = try options.arms()
    return options
  }
}
