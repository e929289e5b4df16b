import CommandLineTools
import TrainingCore

/// `batchwise train`: trains one model and keeps it.
enum TrainCommand {
  static let command = Command(
    name: "train", summary: "train one model: a line an epoch, a checkpoint after each",
    discussion: """
      Writes checkpoint.safetensors and history.json into the output folder. An
      interrupt saves in the middle of an epoch; --resume goes on from there, and
      gives the bits of a run that was never interrupted.
      """,
    options: TrainOptions.options + DataOptions.options + [
      Engine.option, Engine.threadsOption,
      .init("--initial-weights", "FILE", help: "a safetensors file to start from"),
      .init("--output", "DIR", help: "the folder to write to (default out/train)"),
      .init("--resume", help: "go on with the output folder's checkpoint"),
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    try train(engine.trainer, threads: engine.threads, arguments)
  }

  private static func train<T: Trainer>(
    _ type: T.Type, threads: Int, _ arguments: Arguments
  ) throws {
    let epochs = try arguments.integer("--epochs", in: 0...1_000_000)
    let output = try arguments.path("--output") ?? "out/train"
    var session =
      try arguments.has("--resume")
      ? TrainSession<T>(resuming: output, threads: threads, arguments)
      : TrainSession<T>(starting: output, threads: threads, arguments)
    try session.train(epochs: epochs)
  }
}
