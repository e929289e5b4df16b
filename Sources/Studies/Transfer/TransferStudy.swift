import CommandLineTools
import Datasets
import Files
import Foundation
import TrainingCore

/// Experiment C: the generalisation gap of large batches in transfer learning, and what causes it.
///
/// A base is pretrained on the source, and its moving averages are replaced by the source's exact
/// statistics. Then it is transferred, trial by trial and batch size by batch size, in two stages:
/// first the head alone learns, then the head with the end of the base. After every epoch the same
/// weights are validated with the moving averages, with averages that forget as much per sample,
/// and with the statistics of the training set. Everything is repeated with frozen layers in
/// inference mode.
package struct TransferStudy: Study {
  package static let name = "transfer"
  package static let version = 2

  package static func report(_ result: StudyResult<TransferStudy>) -> StudyReport {
    result.report
  }

  /// How weights are validated, or trained.
  package enum Arm: String, CaseIterable, Codable, Sendable {
    /// The moving averages as training leaves them.
    case averages
    /// Moving averages whose momentum is matched to samples, on the same weights.
    case matched
    /// The statistics of the whole training set, on the same weights.
    case population
    /// A training of its own, in which frozen layers normalise by their averages.
    case inference
  }

  package let options: Options
  package let data: DataSummary
  private let network: TransferNetwork
  private let images: TransferData
  private let pretrained: ModelState?

  /// Checks that the images, the base and its weights fit together.
  ///
  /// `name` is the target's, and `source` the source's or that of the safetensors file of weights;
  /// with such a file, nothing is pretrained.
  package init(
    _ options: Options, images: TransferData, name: String, source: String, weights: String? = nil,
    renaming renames: [String: String] = [:]
  ) throws {
    var options = options
    if weights != nil { options.pretraining = nil }
    self.options = options
    let network = try TransferNetwork(named: options.base, momentum: options.momentum)
    self.network = network
    let images = options.isBinary && images.training.classCount > 2 ? images.binary() : images
    self.images = images.shaped(for: network.base.input)
    let classes = images.training.classCount
    try self.images.validate(
      target: try network.model(classes: classes, frozen: 0),
      source: options.pretraining == nil
        ? nil
        : try images.source.map { try network.model(classes: $0.training.classCount, frozen: 0) })
    for case .transfer(let job) in Self.jobs(of: options) {
      for isFirst in [true, false] {
        try job.configuration(network, isFirst: isFirst, classes: classes)
          .validate(count: images.training.count)
      }
    }
    pretrained = try weights.map {
      try Checkpoint.initialState(
        from: $0, ignoring: "classifier.", renaming: renames, model: network.base,
        optimizer: Options.optimizer, seed: options.seed, say: Console.note)
    }
    var origin = pretrained.map { [Fingerprint(of: $0)] }
    if options.pretraining != nil {
      origin = images.source.map { [Fingerprint(of: $0.training), Fingerprint(of: $0.test)] }
    }
    guard let origin else { throw StudyError.noSource }
    var data = DataSummary(
      name: name, normalization: Normalization.unit.rawValue, training: images.training,
      validation: images.validation, test: nil, others: origin)
    data.source = source
    self.data = data
  }

  package static func jobs(of options: Options) -> [TransferJob] {
    let pretraining = options.pretraining.map {
      TransferJob.Pretraining(
        base: options.base, momentum: options.momentum, settings: $0, seed: options.seed)
    }
    let transfers = [false, true].flatMap { isInferenceMode in
      options.batchSizes.flatMap { size in
        (0..<options.trials).map { trial in
          TransferJob.Transfer(
            base: options.base, pretraining: pretraining, first: options.first,
            second: options.second, frozenShare: options.frozenShare, momentum: options.momentum,
            matchedMomentum: isInferenceMode ? nil : options.matchedMomentum(batchSize: size),
            augmentation: options.augmentation, batchSize: size, trial: trial,
            seed: options.seed &+ UInt64(trial), isInferenceMode: isInferenceMode)
        }
      }
    }
    return (pretraining.map { [.pretraining($0)] } ?? []) + transfers.map(TransferJob.transfer)
  }

  /// The number of training samples: each takes about as long in every job.
  package func work(of job: TransferJob) -> Double {
    switch job {
    case .pretraining(let job):
      Double((images.source?.training.count ?? 0) * job.settings.epochs)
    case .transfer(let job):
      Double(images.training.count * job.epochs)
    }
  }

  package func run<T: StudyTrainer>(
    _ job: TransferJob, with trainer: T.Type, _ context: JobContext<TransferStudy>
  ) throws -> JobOutcome<TransferRecord>? {
    switch job {
    case .pretraining(let job):
      guard let source = images.source else { throw StudyError.noSource }
      return try job.run(with: trainer, network, source, context)
    case .transfer(let job):
      return try job.run(with: trainer, network, base: base(of: job, context), images, context)
    }
  }

  /// A state with the base's weights and the source's exact statistics.
  private func base(
    of job: TransferJob.Transfer, _ context: JobContext<TransferStudy>
  ) throws -> ModelState {
    guard let pretraining = job.pretraining, let source = images.source else {
      guard let pretrained else { throw StudyError.noSource }
      return pretrained
    }
    let (file, path) = try context.weights(of: .pretraining(pretraining))
    return try Checkpoint.state(
      of: try pretraining.configuration(network, source.training), in: file, path: path)
  }
}

extension TransferStudy {
  package struct Options: Codable, Hashable, Sendable {
    /// One of the two stages of a transfer.
    package struct Stage: Codable, Hashable, Sendable {
      /// Passes over the target's training images.
      package var epochs: Int
      package var learningRate: Double
    }

    /// How the base is pretrained.
    package struct Pretraining: Codable, Hashable, Sendable {
      /// Passes over the source's training images.
      package var epochs = 6
      package var learningRate = 2e-3
      /// Samples per step.
      package var batchSize = 64
    }

    /// The base: a model that ends with a map.
    package var base = "mobilenet-v2-tiny+notop"
    /// The batch sizes, ascending.
    package var batchSizes = [16, 32, 64, 128]
    /// Transfers of each batch size, which differ in their seed.
    package var trials = 3
    /// The first trial's seed; the next ones follow.
    package var seed: UInt64 = 1
    /// Stage 1: the head alone learns.
    package var first = Stage(epochs: 10, learningRate: 1e-3)
    /// Stage 2: the end of the base learns too.
    package var second = Stage(epochs: 10, learningRate: 2e-4)
    /// The share of the base's layers that stay frozen in stage 2: 100 of 155 as published.
    package var frozenShare = 100.0 / 155.0
    /// Weight of the old moving average at each step, Keras's momentum.
    package var momentum = 0.999
    /// What is done to the images of stage 2; nil for nothing.
    package var augmentation: Augmentation?
    /// Whether a target of several classes is made a task of two, three quarters of them positive.
    package var isBinary = false
    /// How the base is pretrained; nil where a file has its weights.
    package var pretraining: Pretraining? = Pretraining()

    /// The article's own hyperparameters.
    package static var published: Options {
      var options = Options()
      options.base = "mobilenet-v2+input96+notop"
      options.first.learningRate = 1e-4
      options.second.learningRate = 2e-5
      options.augmentation = .published
      return options
    }

    /// RMSprop as published: ρ 0.9, ε 1e-7, in Keras's convention.
    static let optimizer = OptimizerSpec.rmsprop(
      RMSpropSpec(decay: 0.9, epsilon: 1e-7, convention: .keras))

    package var epochs: Int { first.epochs + second.epochs }

    /// The momentum with which averages forget as much per sample at any batch size B as at the
    /// smallest, B₀: m^(B/B₀).
    package func matchedMomentum(batchSize: Int) -> Double {
      Foundation.pow(momentum, Double(batchSize) / Double(batchSizes.first ?? 1))
    }
  }

  package static let help = StudyHelp(
    summary: "the transfer study: what large batches' generalisation gap is made of",
    discussion: """
      Pretrains a small MobileNetV2 on one set of images, transfers it to another
      with several batch sizes, and validates the same weights with moving averages,
      with averages matched to samples, and with exact statistics; writes
      results.json, results.csv and report.html.
      """,
    folder: "out/transfer",
    options: [
      .init(
        "--preset", "P",
        help: "quick (default): embedded images, a tiny base; published: the article's "
          + "base and hyperparameters, meant for --weights and --target of your own (hours)"),
      .init(
        "--base", "M",
        help: "the base, a model that ends with a map (default mobilenet-v2-tiny+notop, with "
          + "+channels3 for images in colour; published: mobilenet-v2+input96+notop)"),
      .init("--source", "D", help: "what to pretrain on (default fashion-mnist-10k)"),
      .init("--weights", "FILE", help: "the base's weights in safetensors, instead of a source"),
      RenameOption.option,
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
      StudyHelp.seed,
    ])

  private enum Preset: String, CaseIterable { case quick, published }
  private enum Task: String, CaseIterable { case classes, binary }
  private enum Augmenting: String, CaseIterable { case none, published }

  package static func options(_ arguments: Arguments) throws -> Options {
    let preset = try arguments.choice("--preset", of: Preset.self) ?? .quick
    var options = preset == .published ? Options.published : Options()
    options.base = try arguments.text("--base") ?? base(options.base, for: arguments)
    _ = try ModelOption.model(options.base, option: "--base")
    let task = try arguments.choice("--task", of: Task.self)
    options.isBinary = task.map { $0 == .binary } ?? (preset == .published)
    options.batchSizes = try arguments.batchSizes("--batch-sizes")?.sorted() ?? options.batchSizes
    options.trials = try arguments.integer("--trials", in: 1...1000) ?? options.trials
    for (stage, name) in [(\Options.first, "first"), (\Options.second, "second")] {
      if let epochs = try arguments.integer("--\(name)-epochs", in: 1...10_000) {
        options[keyPath: stage].epochs = epochs
      }
      if let rate = try arguments.number("--\(name)-learning-rate", in: 1e-12..<1e6) {
        options[keyPath: stage].learningRate = rate
      }
    }
    if let epochs = try arguments.integer("--pretraining-epochs", in: 1...10_000) {
      options.pretraining?.epochs = epochs
    }
    if let augmenting = try arguments.choice("--augmentation", of: Augmenting.self) {
      options.augmentation = augmenting == .published ? .published : nil
    }
    options.seed = try arguments.seed() ?? options.seed
    if try arguments.path("--weights") != nil {
      for option in ["--source", "--pretraining-epochs"] where arguments.has(option) {
        throw CommandError.misuse("--weights and \(option) exclude each other: keep one")
      }
      options.pretraining = nil
    }
    return options
  }

  /// The default base with as many channels as the images that the user names; grey ones it repeats.
  private static func base(_ name: String, for arguments: Arguments) throws -> String {
    let given = try ["--source", "--target"].compactMap { try arguments.path($0) }
    let channels = try given.map { try DatasetCatalog().load($0).shape.channels }.max() ?? 1
    guard try ModelSpec(named: name).input.channels < channels else { return name }
    return name.replacing("+notop", with: "+channels\(channels)+notop")
  }

  package init(_ options: Options, _ arguments: Arguments) throws {
    let weights = try arguments.path("--weights")
    let renames = try RenameOption.names(arguments, with: "--weights")
    let source = DataOptions.lasting(try arguments.path("--source") ?? "fashion-mnist-10k")
    let target = DataOptions.lasting(try arguments.path("--target") ?? "mnist-5k")
    let limit = try arguments.integer("--images", in: 2...10_000_000)
    let task = try DataOptions.dataset(target).examples(.unit)
    let training = limit.map { task.training.selecting(0..<min($0, task.training.count)) }
    let pretraining = weights == nil ? try DataOptions.dataset(source).examples(.unit) : nil
    try self.init(
      options,
      images: TransferData(
        source: pretraining.map { ($0.training, $0.test) }, training: training ?? task.training,
        validation: task.test),
      name: target, source: weights ?? source, weights: weights, renaming: renames)
  }
}
