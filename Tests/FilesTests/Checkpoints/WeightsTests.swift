import Foundation
import Testing
@testable import Files
@testable import TrainingCore

/// A whole model's file starts a model with the same base and another head, where that is asked for;
/// whatever else doesn't fit is an error that names the tensor.
@Suite final class WeightsTests {
  private static let base = "mobilenet-v2-tiny"

  private let root = FileManager.default.temporaryDirectory
    .appending(path: "WeightsTests-\(UUID().uuidString)")

  /// The whole model with ten classes, and its file.
  private let model: ModelSpec
  private let state: ModelState
  private let file: Safetensors

  init() throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    model = try ModelSpec(named: Self.base)
    state = CheckpointSamples.usableState(of: model, .sgd(SGDSpec()))
    file = Checkpoint.weights(of: state, model: model)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func path(_ file: Safetensors) throws -> String {
    let url = root.appending(path: "weights.safetensors")
    try file.encoded().write(to: url)
    return url.path
  }

  private func loaded(
    _ file: Safetensors, into name: String, ignoring head: String? = nil, seed: UInt64 = 3
  ) throws -> ModelState {
    let model = try ModelSpec(named: name)
    let optimizer = OptimizerSpec.rmsprop(RMSpropSpec())
    guard let head else {
      return try Checkpoint.initialState(
        from: path(file), model: model, optimizer: optimizer)
    }
    return try Checkpoint.initialState(
      from: path(file), ignoring: head, model: model, optimizer: optimizer, seed: seed)
  }

  /// What is wrong with a file for a model, or nil where it is taken.
  private func problem(
    _ file: Safetensors, for name: String, ignoring head: String? = nil
  ) throws -> String? {
    do {
      _ = try loaded(file, into: name, ignoring: head)
      return nil
    } catch let error as FileError {
      #expect(!error.description.contains("\n"))
      return error.problem
    }
  }

  private func bits(_ tensors: some Sequence<Tensor>) -> [[UInt32]] {
    tensors.map { $0.values.map(\.bitPattern) }
  }

  @Test(arguments: ["+classes3", "+notop", ""])
  func theBaseIsTheFilesAndTheHeadIsInitial(_ options: String) throws {
    let name = Self.base + options
    let loaded = try loaded(file, into: name, ignoring: "classifier.")
    let other = try ModelSpec(named: name)
    let initial = ModelState.initial(
      model: other, optimizer: .rmsprop(RMSpropSpec()), seed: 3)
    let count = ParameterLayout(of: other).parameters.count {
      !$0.name.hasPrefix("classifier.")
    }
    #expect(count == state.parameters.count - 2)
    #expect(bits(loaded.parameters.prefix(count)) == bits(state.parameters.prefix(count)))
    #expect(bits(loaded.statistics) == bits(state.statistics))
    #expect(loaded.parameters.dropFirst(count) == initial.parameters.dropFirst(count))
    #expect(loaded.parameters.map(\.shape) == initial.parameters.map(\.shape))
    #expect(loaded.slots == initial.slots)
    #expect(loaded.steps == 0 && loaded.batchesTracked == state.batchesTracked)
  }

  @Test func theSeedDrawsTheHead() throws {
    func head(_ seed: UInt64) throws -> Tensor? {
      try loaded(file, into: Self.base, ignoring: "classifier.", seed: seed).parameters.last
    }
    #expect(try head(3) == head(3))
    #expect(try head(3) != head(4))
  }

  /// A file of the base alone has no head to ignore.
  @Test func theFileMayHaveNoHead() throws {
    var file = file
    for name in file.entries.keys where name.hasPrefix("classifier.") { file.entries[name] = nil }
    #expect(
      try problem(file, for: Self.base) == "tensor 'classifier.1.weight' is missing")
    #expect(try problem(file, for: Self.base, ignoring: "classifier.") == nil)
    #expect(try problem(file, for: Self.base + "+notop") == nil)
  }

  @Test func anotherHeadIsAnErrorUnlessItIsIgnored() throws {
    #expect(
      try problem(file, for: Self.base + "+classes3")
        == "tensor 'classifier.1.weight' is F32 [10, 96], but F32 [3, 96] is expected")
    #expect(
      try problem(file, for: Self.base + "+notop")
        == "model mobilenet-v2-tiny+notop has no tensor 'classifier.1.bias': is this another "
        + "model's file, or another optimizer's? If only names differ, --rename OLD=NEW helps")
  }

  /// Ignoring the head doesn't make the base any looser.
  @Test func theBaseHasToFit() throws {
    let name = Self.base + "+classes3"
    var missing = file
    missing.entries["features.3.conv.3.running_var"] = nil
    #expect(
      try problem(missing, for: name, ignoring: "classifier.")
        == "tensor 'features.3.conv.3.running_var' is missing")
    var leftOver = file
    leftOver.entries["features.99.weight"] = file.entries["features.0.1.weight"]
    #expect(
      try problem(leftOver, for: name, ignoring: "classifier.")
        == "model mobilenet-v2-tiny+classes3 has no tensor 'features.99.weight': is this another "
        + "model's file, or another optimizer's? If only names differ, --rename OLD=NEW helps")
    #expect(
      try problem(file, for: Self.base + "+channels3", ignoring: "classifier.")
        == "tensor 'features.0.0.weight' is F32 [8, 1, 3, 3], but F32 [8, 3, 3, 3] is expected")
    var byte = file
    byte.entries["features.0.1.bias"] = Safetensors.Entry(
      type: "U8", shape: [8], bytes: Data(count: 8))
    #expect(
      try problem(byte, for: name, ignoring: "classifier.")
        == "tensor 'features.0.1.bias' is U8 [8], but F32 [8] is expected")
  }

  /// How many batches the averages have seen decides nothing: a file may lack the counts, and layers
  /// that were trained in inference mode have fewer.
  @Test func countsOfBatchesMayBeMissingOrDiffer() throws {
    let counts = file.entries.keys.filter { $0.hasSuffix("num_batches_tracked") }.sorted()
    try #require(counts.count == state.statistics.count / 2)
    var bare = file
    for name in counts { bare.entries[name] = nil }
    #expect(try loaded(bare, into: Self.base).batchesTracked == 0)
    var differing = file
    differing.entries[counts[0]]?.bytes = Data([0, 1, 0, 0, 0, 0, 0, 0])
    differing.entries[counts[1]] = nil
    #expect(try loaded(differing, into: Self.base).batchesTracked == 256)
    differing.entries[counts[0]]?.bytes = Data(repeating: 0xFF, count: 8)
    #expect(
      try problem(differing, for: Self.base) == "its num_batches_tracked is out of range")
    differing.entries[counts[0]] = file.entries["features.0.1.bias"]
    #expect(
      try problem(differing, for: Self.base)
        == "tensor '\(counts[0])' is F32 [8], but one I64 is expected")
  }

  /// What nothing can be computed from is refused before it is, by the tensor's name.
  @Test(arguments: [
    ("features.0.0.weight", Float.nan, "a number that is infinite or not a number"),
    (
      "features.1.conv.0.1.running_mean", -Float.infinity,
      "a number that is infinite or not a number"
    ),
    ("features.0.1.running_var", -1, "a variance below zero"),
  ])
  func unusableNumbersAreRefused(name: String, number: Float, problem: String) throws {
    var file = file
    var entry = try #require(file.entries[name])
    entry.bytes.replaceSubrange(0..<4, with: withUnsafeBytes(of: number) { Data($0) })
    file.entries[name] = entry
    for head in [nil, "classifier."] {
      #expect(
        try self.problem(file, for: Self.base, ignoring: head) == "tensor '\(name)' has \(problem)")
    }
  }

  /// A checkpoint says what its tensors were: others are damage, whatever they are read for.
  @Test func aCheckpointsTensorsAreThoseThatWereSaved() throws {
    var checkpoint = try CheckpointSamples.checkpoint(Self.base, .sgd(SGDSpec()))
    checkpoint.state = state
    var file = try checkpoint.safetensors()
    #expect(try problem(file, for: Self.base) == nil)
    let name = "features.0.0.weight"
    let entry = try #require(file.entries[name])
    file.entries[name]?.bytes[0] = entry.bytes[0] ^ 1
    for head in [nil, "classifier."] {
      #expect(
        try problem(file, for: Self.base, ignoring: head)
          == "its tensors are not those that were saved: it is damaged")
    }
  }
}
