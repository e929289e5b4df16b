import TrainingCore

/// The options of a training that make its configuration.
package enum TrainOptions {
  package static let options: [Command.Option] = [
    .init(
      "--model", "M",
      help: "\(ModelSpec.names.joined(separator: ", ")) (default mlp-1), or \(ModelSpec.spelling)"),
    .init("--batch-size", "B", help: "images per step (default 64)"),
    .init(
      "--batch-size-schedule", "E:B,...",
      help: "batches of B after E epochs, such as 10:128,20:256: batches that grow, instead of a "
        + "rate that decays"),
    .init(
      "--micro-batch-size", "M",
      help: "images of a forward and backward pass; gradients are accumulated until a batch is "
        + "whole (default: the batch)"),
    .init("--epochs", "E", help: "passes over the training images in all (default 2)"),
    .init("--optimizer", "NAME", help: "adam (default), adamw, sgd or rmsprop"),
    .init("--learning-rate", "R", help: "the learning rate (default 0.001; sgd: 0.1)"),
    .init("--momentum", "M", help: "momentum of sgd or rmsprop (default 0)"),
    .init("--nesterov", help: "Nesterov's form of sgd's momentum"),
    .init("--beta1", "B", help: "decay of adam's and adamw's first moment (default 0.9)"),
    .init("--beta2", "B", help: "decay of adam's and adamw's second moment (default 0.999)"),
    .init("--epsilon", "E", help: "ε of adam, adamw or rmsprop (default 1e-8)"),
    .init(
      "--weight-decay", "W",
      help: "weight decay, added to the gradient (default 0); adamw: times the learning rate taken "
        + "from the weights (default 0.01)"),
    .init("--clip-norm", "C", help: "the largest norm of the gradient (default: no clipping)"),
    .init(
      "--label-smoothing", "S", help: "share of each label that all classes have alike (default 0)"),
    .init(
      "--class-weights", "W,W,…",
      help: "a weight for each class; a batch's mean loss is divided by its labels' weights"),
    .init(
      "--schedule", "S",
      help: "constant (default); step:E:F multiplies the rate by F every E epochs; plateau:P:F "
        + "once the loss hasn't fallen for more than P epochs; linear or cosine lets it fall to 0 "
        + "over --epochs, linear:E or cosine:E over E"),
    .init("--warm-up", "STEPS", help: "steps over which the rate rises linearly (default 0)"),
    .init(
      "--scale-learning-rate", "RULE",
      help: "with the batch size: none (default), linear, sgd's rule, or sqrt, that of adam, adamw "
        + "and rmsprop, whose β and ε follow too; from the base batch size"),
    .init("--base-batch-size", "B", help: "the batch size that the rate is meant for (default 64)"),
    .init("--drop-last", help: "leave out a shorter last batch"),
    .init("--no-shuffle", help: "take the images in the data's own order"),
    .init("--seed", "S", help: "seed of weights, order, masks and split (default 1)"),
  ]

  /// The options that say which optimizer it is, with all that is its own.
  package static let optimizerNames = [
    "--optimizer", "--momentum", "--nesterov", "--beta1", "--beta2", "--epsilon",
  ]

  /// The epochs of a training that isn't told how many.
  package static let defaultEpochs = 2

  /// The options of some names, for commands that don't take all.
  package static func options(_ names: [String]) -> [Command.Option] {
    options.filter { names.contains($0.name) }
  }

  /// The configuration that was asked for; the rest is a checkpoint's, or the default without one.
  package static func configuration(
    _ arguments: Arguments, base: RunConfiguration? = nil
  ) throws -> RunConfiguration {
    let optimizer = try optimizer(arguments, base: base?.optimizer)
    let rate = if case .sgd = optimizer { 0.1 } else { 0.001 }
    var configuration =
      try base
      ?? RunConfiguration(
        model: ModelSpec(named: "mlp-1"), optimizer: optimizer,
        schedule: LearningRateSchedule(base: rate), batchSize: 64, seed: 1)
    configuration.optimizer = optimizer
    configuration.schedule.base =
      try arguments.number("--learning-rate", in: 0..<Double(Float.greatestFiniteMagnitude))
      ?? configuration.schedule.base
    configuration.schedule.warmUpSteps =
      try arguments.integer("--warm-up", in: 0...1_000_000_000)
      ?? configuration.schedule.warmUpSteps
    configuration.schedule.decay = try decay(arguments) ?? configuration.schedule.decay
    let crossEntropy = try crossEntropy(arguments, base: configuration.model.crossEntropy)
    if let name = arguments.text("--model") { configuration.model = try ModelOption.model(name) }
    do {
      configuration.model = try configuration.model.counting(by: crossEntropy)
    } catch {
      throw CommandError.misuse("\(error)")
    }
    configuration.seed = try arguments.seed() ?? configuration.seed
    configuration.batchSize =
      try arguments.integer("--batch-size", in: 1...10_000_000) ?? configuration.batchSize
    configuration.batchSizeSchedule =
      try batchSizeSchedule(arguments) ?? configuration.batchSizeSchedule
    configuration.microBatchSize =
      try arguments.integer("--micro-batch-size", in: 1...configuration.batchSize)
      ?? configuration.microBatchSize
    configuration.scaling = try arguments.choice("--scale-learning-rate") ?? configuration.scaling
    configuration.baseBatchSize =
      try arguments.integer("--base-batch-size", in: 1...10_000_000)
      ?? configuration.baseBatchSize
    configuration.clipNorm =
      try arguments.number("--clip-norm", in: Double.leastNonzeroMagnitude..<Double.infinity)
      ?? configuration.clipNorm
    if arguments.has("--drop-last") { configuration.dropsLast = true }
    if arguments.has("--no-shuffle") { configuration.shuffles = false }
    return configuration
  }

  /// Label smoothing and class weights; what isn't given is a checkpoint's.
  private static func crossEntropy(
    _ arguments: Arguments, base: CrossEntropySpec?
  ) throws(CommandError) -> CrossEntropySpec? {
    var spec = base ?? CrossEntropySpec()
    spec.labelSmoothing =
      try arguments.number("--label-smoothing", in: 0..<1) ?? spec.labelSmoothing
    if let text = arguments.text("--class-weights") {
      let words = text.split(separator: ",", omittingEmptySubsequences: false)
      spec.classWeights = words.compactMap { Double($0) }
      guard spec.classWeights.count == words.count else {
        throw .misuse("--class-weights '\(text)': a number for each class expected, as in 1,0.5,2")
      }
    }
    return spec == CrossEntropySpec() ? nil : spec
  }

  /// The optimizer with its options; what isn't given is a checkpoint's optimizer of the same name.
  private static func optimizer(
    _ arguments: Arguments, base: OptimizerSpec?
  ) throws(CommandError) -> OptimizerSpec {
    let named = try arguments.choice("--optimizer", among: OptimizerSpec.all.map { ($0.name, $0) })
    var spec = named ?? base ?? .adam(AdamSpec())
    if let base, base.name == spec.name { spec = base }
    for (option, optimizers) in takers where arguments.has(option) {
      guard optimizers.contains(spec.name) else {
        throw .misuse(
          "\(option) is for \(optimizers.joined(separator: " and ")), and the optimizer is "
            + "\(spec.name): leave it out")
      }
    }
    spec.weightDecay =
      try arguments.number("--weight-decay", in: 0..<Double.infinity) ?? spec.weightDecay
    let momentum = try arguments.number("--momentum", in: 0..<1)
    let epsilon = try arguments.number(
      "--epsilon", in: Double(Float.leastNormalMagnitude)..<Double.infinity)
    func moments(_ adam: AdamSpec) throws(CommandError) -> AdamSpec {
      var adam = adam
      adam.beta1 = try arguments.number("--beta1", in: 0..<1) ?? adam.beta1
      adam.beta2 = try arguments.number("--beta2", in: 0..<1) ?? adam.beta2
      adam.epsilon = epsilon ?? adam.epsilon
      return adam
    }
    switch spec {
    case .sgd(var sgd):
      sgd.momentum = momentum ?? sgd.momentum
      if arguments.has("--nesterov") { sgd.nesterov = true }
      guard !sgd.nesterov || sgd.momentum > 0 else {
        throw .misuse("--nesterov needs --momentum above 0")
      }
      return .sgd(sgd)
    case .adam(let adam): return .adam(try moments(adam))
    case .adamw(let adam): return .adamw(try moments(adam))
    case .rmsprop(var rmsprop):
      rmsprop.momentum = momentum ?? rmsprop.momentum
      rmsprop.epsilon = epsilon ?? rmsprop.epsilon
      return .rmsprop(rmsprop)
    }
  }

  /// The options that not every optimizer takes, with the names of those that do.
  private static let takers = [
    ("--momentum", ["sgd", "rmsprop"]), ("--nesterov", ["sgd"]), ("--beta1", ["adam", "adamw"]),
    ("--beta2", ["adam", "adamw"]), ("--epsilon", ["adam", "adamw", "rmsprop"]),
  ]

  /// The batch sizes of later epochs, where `--batch-size-schedule` is given.
  private static func batchSizeSchedule(
    _ arguments: Arguments
  ) throws(CommandError) -> [BatchSizeChange]? {
    guard let words = try arguments.list("--batch-size-schedule") else { return nil }
    var changes: [BatchSizeChange] = []
    for word in words {
      let numbers = word.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let epochs = numbers[0], let size = numbers[1],
        epochs > changes.last?.epochs ?? 0, (1...10_000_000).contains(size)
      else {
        throw .misuse(
          "--batch-size-schedule '\(word)': EPOCHS:SIZE expected, such as 10:128,20:256, with epochs "
            + "from 1 on in ascending order")
      }
      changes.append(BatchSizeChange(epochs: epochs, batchSize: size))
    }
    return changes
  }

  /// The schedule's decay, where `--schedule` is given.
  private static func decay(
    _ arguments: Arguments
  ) throws(CommandError) -> LearningRateSchedule.Decay? {
    guard let text = arguments.text("--schedule") else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts == ["constant"] { return .constant }
    let epochs =
      try parts.count == 2
      ? Int(parts[1]) : arguments.integer("--epochs", in: 0...1_000_000) ?? defaultEpochs
    if parts.count <= 2, let epochs, epochs > 0 || parts.count == 1 {
      if parts[0] == "linear" { return .linear(epochs: epochs) }
      if parts[0] == "cosine" { return .cosine(epochs: epochs) }
    }
    if parts.count == 3, let epochs = Int(parts[1]), let factor = Double(parts[2]),
      factor > 0, factor <= 1
    {
      if parts[0] == "step", epochs > 0 { return .step(epochs: epochs, factor: factor) }
      if parts[0] == "plateau", epochs >= 0 {
        return .plateau(patience: epochs, factor: factor, threshold: 1e-4)
      }
    }
    throw .misuse(
      "--schedule '\(text)': constant, linear, cosine, linear:EPOCHS, cosine:EPOCHS, "
        + "step:EPOCHS:FACTOR or plateau:PATIENCE:FACTOR expected, the factor above 0 and at most 1"
    )
  }
}
