import Foundation
import OutputFiles
import TrainingCore

/// Why a file isn't a checkpoint that can be used.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
  /// The file's path.
  public let path: String
  /// What was found, and what was expected.
  public let problem: String

  /// One line: the file, what was found, what was expected.
  public var description: String { Printable.message(about: path, problem) }
}

extension Checkpoint {
  /// Reads a checkpoint and checks every part of it.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `SafetensorsError` for a damaged file, `CheckpointError` for one that is no
  ///   checkpoint, or whose parts don't fit each other.
  public init(contentsOf path: String) throws {
    try self.init(Safetensors(contentsOf: path), path: path)
  }

  /// Takes a checkpoint from a file's content and checks every part of it.
  ///
  /// - Parameters:
  ///   - file: The file's content.
  ///   - path: What errors call it.
  /// - Throws: `CheckpointError` if it is no checkpoint, or its parts don't fit each other.
  public init(_ file: Safetensors, path: String) throws(CheckpointError) {
    guard let format = file.metadata["batchwise.format"] else {
      throw CheckpointError(
        path: path,
        problem: "it holds no training, only tensors: name the model with --model to evaluate "
          + "them, or start from them with --initial-weights")
    }
    guard format == Self.format else {
      throw CheckpointError(
        path: path, problem: "its format is '\(format)', and this version reads \(Self.format)")
    }
    configuration = try Self.value("configuration", of: file, path)
    progress = try Self.value("progress", of: file, path)
    data = try Self.value("data", of: file, path)
    guard configuration.isPlausible, progress.isPlausible, data.trainingCount > 0,
      (0..<1).contains(data.validationFraction)
    else {
      throw CheckpointError(path: path, problem: "its settings or counters are out of range")
    }
    guard let steps = file.metadata["batchwise.steps"].flatMap({ Int($0) }), steps >= 0 else {
      throw CheckpointError(path: path, problem: "its number of steps is missing or damaged")
    }
    let model = configuration.model
    let layout = ParameterLayout(of: model)
    state = try Self.modelState(of: model, in: file, path: path)
    state.steps = steps
    state.slots = try configuration.optimizer.slotNames.map { slot throws(CheckpointError) in
      try layout.parameters.map { spec throws(CheckpointError) in
        try Self.tensor(spec, named: "optimizer.\(slot).\(spec.name)", in: file, path: path)
      }
    }
  }

  /// Reads a model's tensors from any safetensors file with PyTorch's names, as `state_dict()` has
  /// them.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - model: The model that they are for.
  ///   - optimizer: The optimizer whose state begins at zero.
  /// - Returns: A state that begins with these tensors.
  /// - Throws: `SafetensorsError` for a damaged file, `CheckpointError` for a tensor that is missing,
  ///   left over, or of another shape or type.
  public static func initialState(
    from path: String, model: ModelSpec, optimizer: OptimizerSpec
  ) throws -> ModelState {
    var state = try modelState(of: model, in: Safetensors(contentsOf: path), path: path)
    state.slots = ModelState.initial(model: model, optimizer: optimizer, seed: 0).slots
    return state
  }

  private static func modelState(
    of model: ModelSpec, in file: Safetensors, path: String
  ) throws(CheckpointError) -> ModelState {
    let layout = ParameterLayout(of: model)
    let known = Set((layout.parameters + layout.statistics).map(\.name))
    for name in file.entries.keys.sorted()
    where !known.contains(name) && !name.hasPrefix("optimizer.")
      && !name.hasSuffix(".\(batchesTracked)")
    {
      throw CheckpointError(
        path: path,
        problem: "model \(model.name) has no tensor '\(name)': is this another model's file?")
    }
    var state = ModelState(parameters: [], statistics: [], slots: [])
    for spec in layout.parameters {
      state.parameters.append(try tensor(spec, named: spec.name, in: file, path: path))
    }
    for spec in layout.statistics {
      state.statistics.append(try tensor(spec, named: spec.name, in: file, path: path))
    }
    state.batchesTracked = try tracked(layout, in: file, path: path)
    return state
  }

  private static func tensor(
    _ spec: TensorSpec, named name: String, in file: Safetensors, path: String
  ) throws(CheckpointError) -> Tensor {
    guard let entry = file.entries[name] else {
      throw CheckpointError(path: path, problem: "tensor '\(name)' is missing")
    }
    let shape = TensorLayout.fileShape(spec)
    guard entry.shape == shape, entry.type == "F32" else {
      throw CheckpointError(
        path: path,
        problem: "tensor '\(name)' is \(entry.type) \(entry.shape), but F32 \(shape) is expected")
    }
    return TensorLayout.tensor(entry, as: spec)
  }

  /// The batches that went into the moving averages; every layer has the same number.
  private static func tracked(
    _ layout: ParameterLayout, in file: Safetensors, path: String
  ) throws(CheckpointError) -> Int {
    var counts: Set<Int64> = []
    for spec in layout.statistics where spec.role == .movingMean {
      let layer = spec.name.split(separator: ".")[0]
      guard let entry = file.entries["\(layer).\(batchesTracked)"] else { continue }
      guard entry.type == "I64", entry.bytes.count == 8 else {
        throw CheckpointError(
          path: path,
          problem: "tensor '\(layer).\(batchesTracked)' is \(entry.type) \(entry.shape), but one "
            + "I64 is expected")
      }
      counts.insert(
        entry.bytes.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) })
    }
    guard counts.count <= 1, counts.allSatisfy({ $0 >= 0 }) else {
      throw CheckpointError(
        path: path, problem: "its layers disagree on \(batchesTracked): \(counts.sorted())")
    }
    return Int(counts.first ?? 0)
  }

  private static func value<Value: Decodable>(
    _ name: String, of file: Safetensors, _ path: String
  ) throws(CheckpointError) -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let text = file.metadata["batchwise.\(name)"],
      let value = try? decoder.decode(Value.self, from: Data(text.utf8))
    else {
      throw CheckpointError(path: path, problem: "its \(name) is missing or damaged")
    }
    return value
  }
}

extension RunConfiguration {
  /// Whether a run can be made of it, whatever the data.
  fileprivate var isPlausible: Bool {
    batchSize > 0 && baseBatchSize > 0 && batchSize <= 1 << 40 && baseBatchSize <= 1 << 40
      && schedule.warmUpSteps >= 0 && (clipNorm ?? 1) > 0
  }
}

extension RunProgress {
  /// Whether its counters are such as a run leaves.
  fileprivate var isPlausible: Bool {
    let largest = 1 << 40
    return (0...largest).contains(epochs) && (0...largest).contains(batches)
      && history.count == epochs && tally.count >= 0 && tally.correct >= 0
      && (0...largest).contains(plateau.reductions)
      && (0...largest).contains(plateau.epochsWithoutProgress)
  }
}
