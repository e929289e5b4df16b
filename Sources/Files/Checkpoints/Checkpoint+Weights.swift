import Foundation
import TrainingCore

extension Checkpoint {
  /// The largest number of steps that is believed, so that counting on can't overflow.
  static let largestCount = 1 << 48

  /// Reads a model's tensors from any safetensors file with PyTorch's names, as `state_dict()` has
  /// them; also from a checkpoint, whose optimizer state is left alone.
  ///
  /// How many batches went into the moving averages (`num_batches_tracked`) decides nothing here. The
  /// file may lack these counts, as those of some exporters do, and they may differ, as after
  /// training with some layers in inference mode; the state goes on from the largest, or from 0.
  ///
  /// A damaged file throws `SafetensorsError`. A tensor that is missing, left over, of another shape or
  /// type, or has numbers that no model can have throws `CheckpointError`, and so does a checkpoint
  /// whose tensors aren't those that were saved.
  package static func initialState(
    from path: String, model: ModelSpec, optimizer: OptimizerSpec
  ) throws -> ModelState {
    let file = try weights(at: path)
    var state = try modelState(of: model, in: file, path: path) { $0.hasPrefix(slotPrefix) }
    try requireUsable(state, of: model, path: path)
    state.slots = ModelState.initial(model: model, optimizer: optimizer, seed: 0).slots
    state.batchesTracked = try largestBatchesTracked(of: model, in: file, path: path)
    return state
  }

  /// Reads all of a model's tensors but those of its head, for transfer learning.
  ///
  /// The head is the tensors whose names begin with `head`, such as `classifier.`: the file may have
  /// them in any shape or not at all, and so may the model. They get the initial values of the seed.
  /// All others have to fit, as in `initialState(from:model:optimizer:)`.
  package static func initialState(
    from path: String, ignoring head: String, model: ModelSpec, optimizer: OptimizerSpec,
    seed: UInt64
  ) throws -> ModelState {
    let file = try weights(at: path)
    let initial = ModelState.initial(model: model, optimizer: optimizer, seed: seed)
    var state = try modelState(of: model, in: file, path: path, head: (head, initial)) {
      $0.hasPrefix(slotPrefix)
    }
    try requireUsable(state, of: model, path: path)
    state.slots = initial.slots
    state.batchesTracked = try largestBatchesTracked(of: model, in: file, path: path) {
      !$0.hasPrefix(head)
    }
    return state
  }

  /// Reads a file; one that says that it is a checkpoint has to be a whole one.
  private static func weights(at path: String) throws -> Safetensors {
    let file = try Safetensors(contentsOf: path)
    if file.metadata["batchwise.format"] != nil { _ = try Checkpoint(file, path: path) }
    return file
  }

  /// The bytes of a model's weights in a file.
  package static func weightBytes(of model: ModelSpec) -> Int {
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 0)
    return weights(of: state, model: model).encoded().count
  }

  /// A state that begins with the tensors of a model that this program trained, whatever they are.
  package static func state(
    of configuration: RunConfiguration, in file: Safetensors, path: String
  ) throws -> ModelState {
    let model = configuration.model
    var state = try modelState(of: model, in: file, path: path) { _ in false }
    state.slots =
      ModelState.initial(model: model, optimizer: configuration.optimizer, seed: 0).slots
    state.batchesTracked = try largestBatchesTracked(of: model, in: file, path: path)
    return state
  }

  /// Refuses weights from which nothing could be computed but numbers that are none.
  private static func requireUsable(
    _ state: ModelState, of model: ModelSpec, path: String
  ) throws(CheckpointError) {
    let layout = ParameterLayout(of: model)
    for (tensor, spec) in zip(
      state.parameters + state.statistics, layout.parameters + layout.statistics)
    {
      guard tensor.values.allSatisfy(\.isFinite) else {
        throw CheckpointError(
          path: path, problem: "tensor '\(spec.name)' has a number that is infinite or not a number"
        )
      }
      guard spec.role != .movingVariance || tensor.values.allSatisfy({ $0 >= 0 }) else {
        throw CheckpointError(
          path: path, problem: "tensor '\(spec.name)' has a variance below zero")
      }
    }
  }

  /// Reads the tensors of a model; others in the file are an error unless `isOther` knows them.
  ///
  /// Those whose names begin like the head's are taken from a state instead.
  package static func modelState(
    of model: ModelSpec, in file: Safetensors, path: String,
    head: (prefix: String, state: ModelState)? = nil, isOther: (String) -> Bool
  ) throws(CheckpointError) -> ModelState {
    let layout = ParameterLayout(of: model)
    let known = Set(
      (layout.parameters + layout.statistics).map(\.name) + batchesTrackedNames(layout))
    func isHead(_ name: String) -> Bool { head.map { name.hasPrefix($0.prefix) } ?? false }
    for name in file.entries.keys.sorted()
    where !known.contains(name) && !isHead(name) && !isOther(name) {
      throw CheckpointError(
        path: path,
        problem: "model \(model.name) has no tensor '\(name)': is this another model's file, or "
          + "another optimizer's?")
    }
    func tensors(
      _ specs: [TensorSpec], or initial: [Tensor]?
    ) throws(CheckpointError) -> [Tensor] {
      try specs.indices.map { index throws(CheckpointError) in
        if let initial, isHead(specs[index].name) { return initial[index] }
        return try tensor(specs[index], named: specs[index].name, in: file, path: path)
      }
    }
    return ModelState(
      parameters: try tensors(layout.parameters, or: head?.state.parameters),
      statistics: try tensors(layout.statistics, or: head?.state.statistics), slots: [])
  }

  /// One tensor of the shape that the file should have it in.
  static func tensor(
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

  /// One of the file's counts of batches, or nil where it has none of that name.
  static func count(
    named name: String, in file: Safetensors, path: String
  ) throws(CheckpointError) -> Int? {
    guard let entry = file.entries[name] else { return nil }
    guard entry.type == "I64", entry.bytes.count == 8 else {
      throw CheckpointError(
        path: path,
        problem: "tensor '\(name)' is \(entry.type) \(entry.shape), but one I64 is expected")
    }
    let count = entry.bytes.withUnsafeBytes {
      Int64(littleEndian: $0.loadUnaligned(as: Int64.self))
    }
    guard (0...Int64(largestCount)).contains(count) else {
      throw CheckpointError(path: path, problem: "its \(batchesTracked) is out of range")
    }
    return Int(count)
  }

  private static func largestBatchesTracked(
    of model: ModelSpec, in file: Safetensors, path: String,
    where isIncluded: (String) -> Bool = { _ in true }
  ) throws(CheckpointError) -> Int {
    var largest = 0
    for name in batchesTrackedNames(ParameterLayout(of: model)) where isIncluded(name) {
      largest = max(largest, try count(named: name, in: file, path: path) ?? 0)
    }
    return largest
  }
}
