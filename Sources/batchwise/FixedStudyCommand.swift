import CommandLineTools
import Datasets
import Reporting
import Studies
import TrainingCore

/// `batchwise study fixed`: the fixed-batch-size study, and the main job.
enum FixedStudyCommand {
  private static let defaultFolder = "out"

  static let command = Command(
    name: "study fixed",
    summary: "the fixed-batch-size study: training time, latency, accuracy, energy",
    discussion: """
      Trains with each batch size as published, and again with one thing changed at a
      time; writes results.json, results.csv and report.html.
      """,
    options: [
      .init(
        "--preset", "P",
        help: "quick (default): mlp-1, the first 4,000 images, 3 trials; published: mlp-1 and "
          + "mlp-2-crop20, all images, 3 trials"),
      .init("--models", "M,…", help: "models, instead of the preset's"),
      .init("--batch-sizes", "B,…", help: "batch sizes (default 1,16,64,128)"),
      .init("--trials", "N", help: "trainings of each cell, which differ in their seed"),
      .init("--epochs", "E", help: "passes over the training images (default 2)"),
      .init("--images", "N", help: "training images to use, from the first on"),
      .init("--seed", "S", help: "seed of the first trial (default 1)"),
    ] + DataOptions.options + [
      Engine.option, Engine.threadsOption,
      StudyOutput.option(default: defaultFolder),
    ],
    run: run)

  private enum Preset: String, CaseIterable {
    case quick, published
  }

  private static func run(_ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    let options = try studyOptions(arguments)
    var dataOptions = DataOptions()
    dataOptions.limit =
      try arguments.integer("--images", in: 2...10_000_000) ?? (isQuick(arguments) ? 4000 : nil)
    try dataOptions.read(arguments)
    let folder = try StudyOutput.folder(
      arguments, default: defaultFolder, ofStudyWith: FixedBatchSizeOptions.self)
    let data = try dataOptions.load(seed: options.seed)
    let (bar, observer) = StudyOutput.progress()
    let summary = dataOptions.summary(of: data)
    func result<T: Trainer>(_ type: T.Type) throws -> FixedBatchSizeResult {
      try FixedBatchSizeStudy<T>(options, data: data, threads: engine.threads, observer: observer)
        .run(summary: summary, engine: engine.description)
    }
    let result = try result(engine.trainer)
    bar.finish()
    let report = FixedBatchSizeReport(result)
    try StudyOutput.conclude(
      .init(
        isComplete: result.isComplete, trainings: result.trainings.count,
        table: report.summaryTable,
        notes: "± half of the 95 % interval over trials. * modelled: 16 W × latency, 713 g/kWh.",
        claims: result.models.flatMap { model in
          result.claims(model: model.name).map {
            "\(model.name) · \($0.verdict.rawValue): \($0.text)"
          }
        }),
      in: folder
    ) { try report.write(to: $0) }
  }

  private static func isQuick(_ arguments: Arguments) throws(CommandError) -> Bool {
    try arguments.choice("--preset", of: Preset.self) ?? .quick == .quick
  }

  private static func studyOptions(_ arguments: Arguments) throws -> FixedBatchSizeOptions {
    let models =
      try arguments.list("--models")
      ?? (isQuick(arguments) ? ["mlp-1"] : ["mlp-1", "mlp-2-crop20"])
    for model in models { _ = try ModelOption.model(model, option: "--models") }
    let sizes = try arguments.batchSizes("--batch-sizes")
    return FixedBatchSizeOptions(
      models: models, batchSizes: (sizes ?? [1, 16, 64, 128]).sorted(),
      trials: try arguments.integer("--trials", in: 1...1000) ?? 3,
      epochs: try arguments.integer("--epochs", in: 1...10_000) ?? 2,
      seed: try arguments.text("--seed").map(TrainOptions.seed) ?? 1)
  }
}
