import CommandLineTools
import Foundation
import Measurement
import TrainingCore

/// What is measured, and for how long: the options that benchmarks have in common.
struct Scope {
  /// What a benchmark does where no option says otherwise.
  struct Defaults: Sendable {
    var models = ["mlp-1", "mlp-2"]
    var optimizers = ["sgd", "adam"]
    var batchSizes: [Int]
    /// Nil for powers of two up to the processors, and those.
    var threads: [Int]?
    var seconds: Double

    /// The small defaults of `--verify`.
    func forVerification() -> Defaults {
      Defaults(
        models: ["mlp:784-16-10"], optimizers: ["adam"], batchSizes: [1, 8], threads: [1, 2],
        seconds: 0.02)
    }
  }

  /// The models.
  var models: [ModelSpec]
  /// The optimizers.
  var optimizers: [OptimizerSpec]
  /// Samples per step or call.
  var batchSizes: [Int]
  /// Threads of the optimized trainer.
  var threads: [Int]
  /// The rule that ends a measurement.
  var rule: StoppingRule
  /// Whether it is enough to see that everything works.
  var isVerification: Bool

  static let models = models(default: "mlp-1,mlp-2")
  static func models(default names: String) -> Command.Option {
    Command.Option(
      "--models", "A,B", help: "models (default \(names)), such as lenet or mlp:784-128-10")
  }
  static let optimizers = Command.Option(
    "--optimizers", "A,B", help: "of \(optimizerNames) (default sgd,adam)")
  /// The optimizers there are.
  static let optimizerNames = OptimizerSpec.all.map(\.name).joined(separator: ", ")
  static let threads = Command.Option(
    "--threads", "A,B",
    help: "threads of the optimized trainer (default powers of two up to the processors, and "
      + "those)")
  static let oneThreadCount = Command.Option(
    "--threads", "A,B", help: "threads of the optimized trainer (default one a processor)")
  static let verify = Command.Option(
    "--verify", help: "a small run that checks its results; status 1 where one is wrong")
  static func batchSizes(_ sizes: [Int]) -> Command.Option {
    let list = sizes.map(String.init).joined(separator: ",")
    return Command.Option("--batch-sizes", "A,B", help: "samples at a time (default \(list))")
  }
  static func seconds(_ seconds: Double) -> Command.Option {
    Command.Option(
      "--seconds", "S",
      help: "stop a measurement after so long, even if its interval is still wider than ±2 % "
        + "(default \(seconds))")
  }

  /// Reads the options; what isn't given has the benchmark's default.
  init(_ arguments: Arguments, _ defaults: Defaults) throws(CommandError) {
    isVerification = arguments.has(Self.verify.name)
    let defaults = isVerification ? defaults.forVerification() : defaults
    models = try (arguments.list(Self.models.name) ?? defaults.models).map {
      name throws(CommandError) in try ModelOption.model(name, option: Self.models.name)
    }
    optimizers = try (arguments.list(Self.optimizers.name) ?? defaults.optimizers).map {
      name throws(CommandError) in try Self.optimizer(named: name)
    }
    batchSizes =
      try arguments.integers("--batch-sizes", in: 1...Workload.imageCount) ?? defaults.batchSizes
    threads =
      try arguments.integers(Self.threads.name, in: 1...1024) ?? defaults.threads
      ?? Self.defaultThreads(processors: ProcessInfo.processInfo.activeProcessorCount)
    rule = StoppingRule(timeLimit: try arguments.seconds("--seconds") ?? Seconds(defaults.seconds))
  }

  private static func optimizer(named name: String) throws(CommandError) -> OptimizerSpec {
    guard let optimizer = OptimizerSpec.all.first(where: { $0.name == name }) else {
      throw .misuse("\(optimizers.name) '\(name)': some of \(optimizerNames) expected")
    }
    return optimizer
  }

  /// 1, 2, 4, … up to the number of processors, and that number.
  static func defaultThreads(processors: Int) -> [Int] {
    var threads = [1]
    while let last = threads.last, 2 * last <= processors { threads.append(2 * last) }
    return threads.last == processors ? threads : threads + [processors]
  }

  /// All processors.
  static var allThreads: [Int] { [ProcessInfo.processInfo.activeProcessorCount] }
}
