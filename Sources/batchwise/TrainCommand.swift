import CommandLineTools
import TrainingCore

/// `batchwise train`: trains one model and saves it after each epoch.
enum TrainCommand {
  static let command = Command(
    name: "train", summary: "train one model: a line an epoch, a checkpoint after each",
    discussion: """
      Writes into the output folder, after each epoch: checkpoint.safetensors;
      history.json and history.csv, with each epoch's figures; report.html, with the
      curves of training and validation. The last epoch is followed by a test on the
      data's test images. An interrupt saves in the middle of an epoch; --resume goes
      on from there, and gives the bits of a run that was never interrupted. With
      another --batch-size it goes on as by --batch-size-schedule, from a whole epoch.
      """,
    options: TrainOptions.options + [DataOptions.images] + DataOptions.options + Engine.options + [
      .init(
        "--initial-weights", "FILE",
        help: "a safetensors file to start from, the index of several, or a folder of either"),
      RenameOption.option,
      .init("--without-head", help: "leave their last layer out, and draw it from the seed"),
      .init("--output", "DIR", help: "the folder to write to (default out/train)"),
      .init("--resume", help: "go on with the output folder's checkpoint"),
      .init("--tensorboard", "DIR", help: "write the epochs' figures there for TensorBoard, too"),
    ], run: run)

  private static func run(_ arguments: Arguments) throws {
    let engine = try Engine(arguments)
    try train(engine.trainer, threads: engine.threads, arguments)
  }

  private static func train<T: Trainer>(_ type: T.Type, threads: Int, _ arguments: Arguments) throws
  {
    let epochs = try arguments.integer("--epochs", in: 0...1_000_000)
    let output = try arguments.path("--output") ?? "out/train"
    var session =
      try arguments.has("--resume")
      ? TrainSession<T>(resuming: output, threads: threads, arguments)
      : TrainSession<T>(starting: output, threads: threads, arguments)
    try session.train(epochs: epochs)
  }
}
