import CommandLineTools
import TrainingCore

/// The options of `batchwise train` that make a configuration.
enum TrainOptions {
  static let options: [Command.Option] = [
    .init(
      "--model", "M",
      help: "mlp-1 (default), mlp-2, mlp-2-crop20, mlp-5, or widths as in mlp:784-128-10, after "
        + "them +tanh, +gelu, +batchnorm, +ghost64, +layernorm, +groupnorm4, +dropout0.5; lenet, "
        + "alexnet, mobilenet-v2, mobilenet-v2-tiny; more in batchwise info"),
    .init("--batch-size", "B", help: "images per step (default 64)"),
    .init("--epochs", "E", help: "passes over the training images in all (default 2)"),
    .init("--optimizer", "NAME", help: "adam (default), sgd or rmsprop"),
    .init("--learning-rate", "R", help: "the learning rate (default 0.001; sgd: 0.1)"),
    .init("--momentum", "M", help: "momentum of sgd or rmsprop (default 0)"),
    .init("--nesterov", help: "Nesterov's form of sgd's momentum"),
    .init("--weight-decay", "W", help: "weight decay, added to the gradient (default 0)"),
    .init(
      "--label-smoothing", "S", help: "share of each label that all classes have alike (default 0)"),
    .init(
      "--class-weights", "W,W,…",
      help: "a weight for each class; a batch's mean loss is divided by its labels' weights"),
    .init("--clip-norm", "C", help: "the largest norm of the gradient (default: no clipping)"),
    .init(
      "--schedule", "S",
      help: "constant (default); step:E:F multiplies the rate by F every E epochs; plateau:P:F "
        + "once the loss hasn't fallen for more than P epochs"),
    .init("--warm-up", "STEPS", help: "steps over which the rate rises linearly (default 0)"),
    .init(
      "--scale-learning-rate", "RULE",
      help: "with the batch size: none (default), linear or sqrt, from the base batch size"),
    .init("--base-batch-size", "B", help: "the batch size that the rate is meant for (default 64)"),
    .init("--drop-last", help: "leave out a shorter last batch"),
    .init("--no-shuffle", help: "take the images in the data's own order"),
    .init("--seed", "S", help: "seed of weights, order, masks and split (default 1)"),
  ]

  /// The options of some names, for commands that don't take all.
  static func options(_ names: [String]) -> [Command.Option] {
    options.filter { names.contains($0.name) }
  }

  /// The configuration that was asked for; the rest is a checkpoint's, or the default without one.
  static func configuration(
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

  /// The optimizer with its options; what isn't given is a checkpoint's optimizer of the same name.
  private static func optimizer(
    _ arguments: Arguments, base: OptimizerSpec?
  ) throws(CommandError) -> OptimizerSpec {
    let all: [OptimizerSpec] = [.sgd(SGDSpec()), .adam(AdamSpec()), .rmsprop(RMSpropSpec())]
    let named = try arguments.choice("--optimizer", among: all.map { ($0.name, $0) })
    var spec = named ?? base ?? .adam(AdamSpec())
    if let base, base.name == spec.name { spec = base }
    let momentum = try arguments.number("--momentum", in: 0..<1)
    let weightDecay = try arguments.number("--weight-decay", in: 0..<Double.infinity)
    let nesterov = arguments.has("--nesterov")
    switch spec {
    case .sgd(var sgd):
      sgd.momentum = momentum ?? sgd.momentum
      sgd.weightDecay = weightDecay ?? sgd.weightDecay
      if nesterov { sgd.nesterov = true }
      guard !sgd.nesterov || sgd.momentum > 0 else {
        throw .misuse("--nesterov needs --momentum above 0")
      }
      return .sgd(sgd)
    case .adam(var adam):
      guard momentum == nil, !nesterov else {
        throw .misuse("--momentum and --nesterov are for sgd and rmsprop; adam has β₁ = 0.9")
      }
      adam.weightDecay = weightDecay ?? adam.weightDecay
      return .adam(adam)
    case .rmsprop(var rmsprop):
      guard !nesterov else { throw .misuse("--nesterov is for sgd") }
      rmsprop.momentum = momentum ?? rmsprop.momentum
      rmsprop.weightDecay = weightDecay ?? rmsprop.weightDecay
      return .rmsprop(rmsprop)
    }
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

  /// The schedule's decay, where `--schedule` is given.
  private static func decay(
    _ arguments: Arguments
  ) throws(CommandError) -> LearningRateSchedule.Decay? {
    guard let text = arguments.text("--schedule") else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts == ["constant"] { return .constant }
    if parts.count == 3, let epochs = Int(parts[1]), let factor = Double(parts[2]),
      factor > 0, factor <= 1
    {
      if parts[0] == "step", epochs > 0 { return .step(epochs: epochs, factor: factor) }
      if parts[0] == "plateau", epochs >= 0 {
        return .plateau(patience: epochs, factor: factor, threshold: 1e-4)
      }
    }
    throw .misuse(
      "--schedule '\(text)': constant, step:EPOCHS:FACTOR or plateau:PATIENCE:FACTOR expected, "
        + "the factor above 0 and at most 1")
  }
}
