import CommandLineTools
import Datasets
import Reporting
import Studies
import TrainingCore

/// `batchwise study transfer`: the transfer study.
enum TransferStudyCommand {
  private static let defaultFolder = "out/transfer"

  static let command = Command(
    name: "study transfer",
    summary: "the transfer study: what large batches' generalisation gap is made of",
    discussion: """
      Pretrains a small MobileNetV2 on one set of images, transfers it to another
      with several batch sizes, and validates the same weights with moving averages,
      with averages matched to samples, and with exact statistics; writes
      results.json, results.csv and report.html.
      """,
    options: [
      .init(
        "--preset", "P",
        help: "quick (default): embedded images, a tiny base; published: the text's "
          + "base and hyperparameters, meant for --weights and --target of your own (hours)"),
      .init(
        "--base", "M",
        help: "the base, a model that ends with a map (default mobilenet-v2-tiny+notop; "
          + "published: mobilenet-v2+input96+notop)"),
      .init("--source", "D", help: "what to pretrain on (default fashion-mnist-10k)"),
      .init("--weights", "FILE", help: "the base's weights in safetensors, instead of a source"),
      .init("--target", "D", help: "what to transfer to (default mnist-5k)"),
      .init(
        "--task", "T",
        help: "classes: all of the target's (default); binary (published): two, three quarters "
          + "of the images positive"),
      .init("--batch-sizes", "B,…", help: "samples per step (default 16,32,64,128)"),
      .init("--trials", "N", help: "transfers of each batch size (default 3)"),
      .init("--first-epochs", "E", help: "epochs in which the head alone learns (default 10)"),
      .init("--second-epochs", "E", help: "epochs in which the base's end does too (default 10)"),
      .init("--first-learning-rate", "R", help: "default 0.001; published: 0.0001"),
      .init("--second-learning-rate", "R", help: "default 0.0002; published: 0.00002"),
      .init("--pretraining-epochs", "E", help: "passes over the source (default 6)"),
      .init(
        "--augmentation", "A", help: "none (default of quick), or published, in the second stage"),
      .init("--images", "N", help: "training images of the target, from the first on"),
      .init("--seed", "S", help: "seed of the first trial (default 1)"),
      Engine.option, Engine.threadsOption,
      StudyOutput.option(default: defaultFolder),
    ], run: run)

  private enum Preset: String, CaseIterable { case quick, published }
  private enum Task: String, CaseIterable { case classes, binary }
  private enum Augmenting: String, CaseIterable { case none, published }

  private static func run(_ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    let options = try studyOptions(arguments)
    let weights = try arguments.path("--weights")
    for option in ["--source", "--pretraining-epochs"] where weights != nil && arguments.has(option)
    {
      throw CommandError.misuse("--weights and \(option) exclude each other: keep one")
    }
    let source = DataOptions.lasting(try arguments.path("--source") ?? "fashion-mnist-10k")
    let target = DataOptions.lasting(try arguments.path("--target") ?? "mnist-5k")
    let limit = try arguments.integer("--images", in: 2...10_000_000)
    let folder = try StudyOutput.folder(
      arguments, default: defaultFolder, ofStudyWith: TransferOptions.self)
    let images = try DatasetCatalog().load(target).examples(.unit)
    let training =
      limit.map { images.training.selecting(0..<min($0, images.training.count)) }
      ?? images.training
    let pretraining =
      weights == nil ? try DatasetCatalog().load(source).examples(.unit) : nil
    let data = TransferData(
      source: pretraining.map { ($0.training, $0.test) }, training: training,
      validation: images.test)
    let summary = DataSummary(
      name: target, normalization: Normalization.unit.rawValue, training: training.count,
      validation: images.test.count, test: 0)
    let (bar, observer) = StudyOutput.progress()
    func result<T: TransferTrainer>(_ type: T.Type) throws -> TransferResult {
      try TransferStudy<T>(
        options, data: data, weights: weights, threads: engine.threads, observer: observer
      ).run(source: weights ?? source, summary: summary, engine: engine.description)
    }
    let result = try result(engine.trainer)
    bar.finish()
    let report = TransferReport(result)
    try StudyOutput.conclude(
      .init(
        isComplete: result.isComplete, trainings: result.transfers.count,
        table: report.summaryTable,
        notes:
          "Validation by moving averages, by averages whose momentum is matched to samples, and "
          + "by the training set's exact statistics. Left of the source's statistics after stage 1, "
          + "measured and predicted: mᵗ after t steps.",
        claims: result.claims.map { "\($0.verdict.rawValue): \($0.text)" }),
      in: folder
    ) { try report.write(to: $0) }
  }

  private static func studyOptions(_ arguments: Arguments) throws -> TransferOptions {
    let preset = try arguments.choice("--preset", of: Preset.self) ?? .quick
    var options = preset == .published ? TransferOptions.published : TransferOptions()
    options.base = arguments.text("--base") ?? options.base
    _ = try ModelOption.model(options.base, option: "--base")
    let task = try arguments.choice("--task", of: Task.self)
    options.isBinary = task.map { $0 == .binary } ?? (preset == .published)
    if let sizes = try arguments.batchSizes("--batch-sizes") { options.batchSizes = sizes.sorted() }
    let counts = 1...10_000
    options.trials = try arguments.integer("--trials", in: 1...1000) ?? options.trials
    options.first.epochs =
      try arguments.integer("--first-epochs", in: counts) ?? options.first.epochs
    options.second.epochs =
      try arguments.integer("--second-epochs", in: counts) ?? options.second.epochs
    let rates = 1e-12..<1e6
    options.first.learningRate =
      try arguments.number("--first-learning-rate", in: rates) ?? options.first.learningRate
    options.second.learningRate =
      try arguments.number("--second-learning-rate", in: rates) ?? options.second.learningRate
    options.pretraining.epochs =
      try arguments.integer("--pretraining-epochs", in: counts) ?? options.pretraining.epochs
    if let augmenting = try arguments.choice("--augmentation", of: Augmenting.self) {
      options.augmentation = augmenting == .published ? .published : nil
    }
    options.seed = try arguments.text("--seed").map(TrainOptions.seed) ?? options.seed
    return options
  }
}
