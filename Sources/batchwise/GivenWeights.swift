import CommandLineTools
import Files
import TrainingCore

/// The weights that a command is given: a training's checkpoint, or a file of tensors alone, such as
/// a plain `state_dict`, with the model that they are for.
struct GivenWeights {
  /// The options of commands that may start from a checkpoint.
  static let options = [checkpoint, RenameOption.option]

  private static let checkpoint = Command.Option(
    "--checkpoint", "FILE",
    help: "a training's checkpoint or folder to start from; with --model, tensors alone, as "
      + "PyTorch saves")

  /// A checkpoint's configuration; nil for tensors alone.
  let configuration: RunConfiguration?
  let model: ModelSpec
  /// The state to begin with: all of a checkpoint's, or the tensors with empty optimizer slots.
  let state: (OptimizerSpec) throws -> ModelState

  /// The weights that `--checkpoint` names; nil where it isn't given.
  init?(_ arguments: Arguments, _ dataOptions: inout DataOptions) throws {
    guard let path = try arguments.path(Self.checkpoint.name) else {
      _ = try RenameOption.names(arguments, with: Self.checkpoint.name)
      return nil
    }
    try self.init(at: path, arguments, &dataOptions)
  }

  /// Opens a file, or the checkpoint in a training's folder.
  ///
  /// With `--model` the file's tensors are read alone; a checkpoint replaces the data options by those
  /// that it was trained with.
  init(at path: String, _ arguments: Arguments, _ dataOptions: inout DataOptions) throws {
    let renames = try RenameOption.names(arguments, with: "--model")
    if let name = arguments.text("--model") {
      let model = try ModelOption.model(name)
      self.model = model
      configuration = nil
      state = {
        try Checkpoint.initialState(
          from: path, renaming: renames, model: model, optimizer: $0, say: Console.note)
      }
    } else {
      let checkpoint = try Checkpoint(contentsOf: path)
      try dataOptions.set(checkpoint.data, path: path)
      model = checkpoint.configuration.model
      configuration = checkpoint.configuration
      state = { _ in checkpoint.state }
    }
  }
}
