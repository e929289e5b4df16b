import Foundation
import TrainingCore

extension Checkpoint {
  /// The largest number of steps that is believed, so that counting on can't overflow.
  static let largestCount = 1 << 48

  /// Reads a model's tensors from any safetensors file with PyTorch's names, as `state_dict()` has
  /// them; also from a checkpoint, whose optimizer state is left alone, from a folder (`file(at:)`),
  /// and from shards, by their index.
  ///
  /// Names may differ from the model's as `TensorNames` says. Numbers that are F16 or BF16 become F32
  /// exactly, and F64 by one rounding. Where anything was changed, `say` is told it in one line.
  ///
  /// For transfer learning all but the head is read: the tensors whose names begin with `head`, such
  /// as `classifier.`. The file may have them in any shape or not at all, and so may the model. They
  /// get the initial values of the seed.
  ///
  /// How many batches went into the moving averages (`num_batches_tracked`) decides nothing here. The
  /// file may lack these counts, as those of some exporters do, and they may differ, as after
  /// training with some layers in inference mode; the state goes on from the largest, or from 0.
  ///
  /// A damaged file throws `FileError`. So does one with a tensor that is missing, left over, of
  /// another shape or type, or with numbers that no model can have, and a checkpoint whose tensors
  /// aren't those that were saved.
  package static func initialState(
    from path: String, ignoring head: String? = nil, renaming renames: [String: String] = [:],
    model: ModelSpec, optimizer: OptimizerSpec, seed: UInt64 = 0,
    say: (String) -> Void = { _ in }
  ) throws(FileError) -> ModelState {
    let path = file(at: path)
    var content = try Safetensors(contentsOf: path)
    // A file that says that it is a checkpoint has to be a whole one.
    if content.metadata["batchwise.format"] != nil { _ = try Checkpoint(content, path: path) }
    var names = TensorNames(content.entries, path: path, model: model, head: head)
    try names.fit(renames)
    content.entries = names.entries
    let file = ModelFile(content: content, path: path, model: model, converts: true)
    let initial = ModelState.initial(model: model, optimizer: optimizer, seed: seed)
    var state = try file.state(head: head.map { ($0, initial) }) { $0.hasPrefix(slotPrefix) }
    try file.requireUsable(state)
    state.slots = initial.slots
    state.batchesTracked = try file.largestBatchesTracked(ignoring: head)
    let changes = names.changes + file.conversions(ignoring: head)
    if !changes.isEmpty { say(Printable.message(about: path, changes.joined(separator: "; "))) }
    return state
  }

  /// The bytes of a model's weights in a file.
  package static func weightBytes(of model: ModelSpec) -> Int {
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 0)
    return weights(of: state, model: model).encoded().count
  }

  /// A state that begins with the tensors of a model that this program trained, whatever they are.
  package static func state(
    of configuration: RunConfiguration, in file: Safetensors, path: String
  ) throws(FileError) -> ModelState {
    let file = ModelFile(content: file, path: path, model: configuration.model)
    var state = try file.state { _ in false }
    state.slots =
      ModelState.initial(model: file.model, optimizer: configuration.optimizer, seed: 0).slots
    state.batchesTracked = try file.largestBatchesTracked()
    return state
  }
}

/// A file that a model's tensors are read from; errors name its path.
struct ModelFile {
  let content: Safetensors
  let path: String
  let model: ModelSpec
  /// Whether other types than those of a checkpoint are taken, and converted.
  var converts = false

  var layout: ParameterLayout { ParameterLayout(of: model) }

  private func fail(_ problem: String) -> FileError { FileError(path: path, problem: problem) }

  /// Reads the tensors of the model; others in the file are an error unless `isOther` knows them.
  ///
  /// Those whose names begin like the head's are taken from a state instead.
  func state(
    head: (prefix: String, state: ModelState)? = nil, isOther: (String) -> Bool
  ) throws(FileError) -> ModelState {
    let layout = layout
    let specs = layout.parameters + layout.statistics
    let known = Set(specs.map(\.name) + Checkpoint.batchesTrackedNames(layout))
    func isHead(_ name: String) -> Bool { head.map { name.hasPrefix($0.prefix) } ?? false }
    for name in content.entries.keys.sorted()
    where !known.contains(name) && !isHead(name) && !isOther(name) {
      throw fail(
        "model \(model.name) has no tensor '\(name)': is this another model's file, or another "
          + "optimizer's?" + (converts ? " If only names differ, --rename OLD=NEW helps" : ""))
    }
    let initial = head.map { $0.state.parameters + $0.state.statistics }
    let tensors = try specs.indices.map { index throws(FileError) in
      if let initial, isHead(specs[index].name) { return initial[index] }
      return try tensor(specs[index], named: specs[index].name)
    }
    let count = layout.parameters.count
    return ModelState(
      parameters: Array(tensors[..<count]), statistics: Array(tensors[count...]), slots: [])
  }

  /// Refuses weights from which nothing could be computed but numbers that are none.
  func requireUsable(_ state: ModelState) throws(FileError) {
    let layout = layout
    for (tensor, spec) in zip(
      state.parameters + state.statistics, layout.parameters + layout.statistics)
    {
      guard tensor.values.allSatisfy(\.isFinite) else {
        throw fail("tensor '\(spec.name)' has a number that is infinite or not a number")
      }
      guard spec.role != .movingVariance || tensor.values.allSatisfy({ $0 >= 0 }) else {
        throw fail("tensor '\(spec.name)' has a variance below zero")
      }
    }
  }

  /// One tensor of the shape that the file should have it in.
  func tensor(_ spec: TensorSpec, named name: String) throws(FileError) -> Tensor {
    guard let entry = content.entries[name] else { throw fail("tensor '\(name)' is missing") }
    let shape = TensorLayout.fileShape(spec)
    guard entry.shape == shape,
      entry.type == "F32" || converts && TensorLayout.convertedTypes.contains(entry.type)
    else {
      throw fail(
        "tensor '\(name)' is \(entry.type) \(entry.shape), but F32 \(shape) is expected")
    }
    return TensorLayout.tensor(entry, as: spec)
  }

  /// What became of the tensors that aren't F32, but for the head's.
  func conversions(ignoring head: String?) -> [String] {
    TensorLayout.convertedTypes.compactMap { type in
      let entries = (layout.parameters + layout.statistics).map(\.name)
        .filter { !(head.map($0.hasPrefix) ?? false) }
        .compactMap { content.entries[$0] }.filter { $0.type == type }
      guard !entries.isEmpty else { return nil }
      let how = entries.allSatisfy(TensorLayout.isExact) ? "exactly" : "by one rounding"
      return "\(entries.count) \(type) tensors become F32 \(how)"
    }
  }

  /// The batches that went into the moving averages; every layer has the same number.
  func batchesTracked() throws(FileError) -> Int {
    var counts: Set<Int> = []
    for name in Checkpoint.batchesTrackedNames(layout) {
      guard let count = try count(named: name) else { throw fail("tensor '\(name)' is missing") }
      counts.insert(count)
    }
    guard counts.count <= 1 else {
      throw fail("its layers disagree on \(Checkpoint.batchesTracked): \(counts.sorted())")
    }
    return counts.first ?? 0
  }

  /// The largest of the numbers of batches that there are, but for the head's layers.
  func largestBatchesTracked(ignoring head: String? = nil) throws(FileError) -> Int {
    var largest = 0
    for name in Checkpoint.batchesTrackedNames(layout) where !(head.map(name.hasPrefix) ?? false) {
      largest = max(largest, try count(named: name) ?? 0)
    }
    return largest
  }

  /// One of the file's counts of batches, or nil where it has none of that name.
  private func count(named name: String) throws(FileError) -> Int? {
    guard let entry = content.entries[name] else { return nil }
    let counts =
      switch entry.type {
      case "I64": entry.elements { (bits: UInt64) in Int(truncatingIfNeeded: bits) }
      case "I32" where converts: entry.elements { (bits: UInt32) in Int(Int32(bitPattern: bits)) }
      default: [Int]()
      }
    guard counts.count == 1 else {
      throw fail("tensor '\(name)' is \(entry.type) \(entry.shape), but one I64 is expected")
    }
    guard (0...Checkpoint.largestCount).contains(counts[0]) else {
      throw fail("its \(Checkpoint.batchesTracked) is out of range")
    }
    return counts[0]
  }
}
