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

  /// Opens a file, or the checkpoint in a training's folder; takes over what a checkpoint was trained
  /// on.
  ///
  /// - Parameters:
  ///   - path: The file's or folder's path.
  ///   - arguments: `--model` says that the file's tensors are read alone.
  ///   - dataOptions: What the checkpoint says of its data replaces this.
  /// - Throws: For a file that isn't one or a model that doesn't exist.
  init(at path: String, _ arguments: Arguments, _ dataOptions: inout DataOptions) throws {
    if let name = arguments.text("--model") {
      self = .tensors(path: Self.file(at: path), model: try ModelOption.model(name))
    } else {
      self = .checkpoint(try dataOptions.checkpoint(at: path))
    }
  }

  /// A checkpoint's configuration.
  var configuration: RunConfiguration? {
    switch self {
    case .checkpoint(let checkpoint): checkpoint.configuration
    case .tensors: nil
    }
  }

  /// The state to begin with: all of a checkpoint's, or tensors and an optimizer without memory.
  ///
  /// - Parameter optimizer: The optimizer, which is a checkpoint's own.
  /// - Returns: The state.
  /// - Throws: Where the file's tensors aren't the model's.
  func state(for optimizer: OptimizerSpec) throws -> ModelState {
    switch self {
    case .checkpoint(let checkpoint): checkpoint.state
    case .tensors(let path, let model):
      try Checkpoint.initialState(from: path, model: model, optimizer: optimizer)
    }
  }

  /// A checkpoint's file, where its folder may be named instead.
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
