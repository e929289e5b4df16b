import CommandLineTools
import Files
import Foundation
import TrainingCore

/// The weights that a command is given: a training's checkpoint, or a file of tensors alone, such as
/// a plain `state_dict`, with the model that they are for.
enum GivenWeights {
  /// A checkpoint, with its configuration and data.
  case checkpoint(Checkpoint)
  /// A file whose tensors alone are read, and their model.
  case tensors(path: String, model: ModelSpec)

  /// The option `--checkpoint`, of commands that may start from one.
  static let option = Command.Option(
    "--checkpoint", "FILE",
    help: "a training's checkpoint or folder to start from; with --model, tensors alone, as "
      + "PyTorch saves")

  /// The weights that `--checkpoint` names; nil where it isn't given.
  init?(_ arguments: Arguments, _ dataOptions: inout DataOptions) throws {
    guard let path = try arguments.path(Self.option.name) else { return nil }
    try self.init(at: path, arguments, &dataOptions)
  }

  /// Opens a file, or the checkpoint in a training's folder.
  ///
  /// With `--model` the file's tensors are read alone; a checkpoint replaces the data options by those
  /// that it was trained with.
  init(at path: String, _ arguments: Arguments, _ dataOptions: inout DataOptions) throws {
    if let name = arguments.text("--model") {
      self = .tensors(path: Self.file(at: path), model: try ModelOption.model(name))
    } else {
      self = .checkpoint(try dataOptions.checkpoint(at: path))
    }
  }

  /// A checkpoint's configuration; nil for tensors alone.
  var configuration: RunConfiguration? {
    switch self {
    case .checkpoint(let checkpoint): checkpoint.configuration
    case .tensors: nil
    }
  }

  /// The model of the weights.
  var model: ModelSpec {
    switch self {
    case .checkpoint(let checkpoint): checkpoint.configuration.model
    case .tensors(_, let model): model
    }
  }

  /// The state to begin with: all of a checkpoint's, or the tensors with empty optimizer slots.
  func state(for optimizer: OptimizerSpec) throws -> ModelState {
    switch self {
    case .checkpoint(let checkpoint): checkpoint.state
    case .tensors(let path, let model):
      try Checkpoint.initialState(from: path, model: model, optimizer: optimizer)
    }
  }

  /// The path of a checkpoint's file, given its own or its folder's path.
  static func file(at path: String) -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    else { return path }
    return path + (path.hasSuffix("/") ? "" : "/") + Checkpoint.fileName
  }
}

extension DataOptions {
  /// Opens a checkpoint, or that of a training's folder, and takes over what it was trained on.
  mutating func checkpoint(at path: String) throws -> Checkpoint {
    let checkpoint = try Checkpoint(contentsOf: GivenWeights.file(at: path))
    try set(checkpoint.data, path: path)
    return checkpoint
  }
}
