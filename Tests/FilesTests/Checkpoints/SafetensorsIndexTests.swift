import Foundation
import Testing
import TrainingCore
@testable import Files

/// Large models come in several files, with an index that says which tensor is where.
@Suite final class SafetensorsIndexTests {
  private let root = FileManager.default.temporaryDirectory
    .appending(path: "SafetensorsIndexTests-\(UUID().uuidString)")
  private let model: ModelSpec
  private let state: ModelState

  private static let index = "model.safetensors.index.json"
  private static let map = """
    {"metadata": {"total_size": 132, "of": [1, {"a": null}]}, "weight_map": {
      "fc1.weight": "model-00001-of-00002.safetensors",
      "fc1.bias": "model-00001-of-00002.safetensors",
      "fc2.weight": "model-00002-of-00002.safetensors",
      "fc2.bias": "model-00002-of-00002.safetensors"
    }}
    """

  init() throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    model = try ModelSpec(named: "mlp:2-3-4")
    state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 5)
    let whole = Checkpoint.weights(of: state, model: model)
    for (number, module) in [(1, "fc1."), (2, "fc2.")] {
      var shard = Safetensors()
      shard.metadata = ["format": "pt"]
      shard.entries = whole.entries.filter { $0.key.hasPrefix(module) }
      try shard.encoded().write(
        to: root.appending(path: "model-0000\(number)-of-00002.safetensors"))
    }
    try write(Self.map)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func write(_ index: String) throws {
    try Data(index.utf8).write(to: root.appending(path: Self.index))
  }

  private func problem() -> String? {
    do {
      let path = root.appending(path: Self.index).path
      _ = try Checkpoint.initialState(from: path, model: model, optimizer: .sgd(SGDSpec()))
      return nil
    } catch {
      #expect(error.description.hasPrefix("\(root.path)/model"))
      return error.problem
    }
  }

  /// By its index, or by the folder.
  @Test func shardsAreOneModel() throws {
    for path in [root.appending(path: Self.index).path, root.path, root.path + "/"] {
      let loaded = try Checkpoint.initialState(
        from: path, model: model, optimizer: .sgd(SGDSpec()))
      #expect(loaded.parameters == state.parameters)
    }
  }

  @Test(arguments: [
    ("fc2.bias\": ", "fc3.bias\": ", "tensor 'fc2.bias' isn't here by the index"),
    (
      "\"fc2.weight\": \"model-00002", "\"fc2.weight\": \"model-00001",
      "tensor 'fc2.weight' isn't here"
    ),
    ("model-00002-of", "model-00003-of", "there is no such file"),
    ("\"model-00002-of", "\"../model-00002-of", "but its files have to lie beside it"),
    (
      "{\n", "{\n\"fc3.bias\": \"model-00001-of-00002.safetensors\",",
      "tensor 'fc3.bias' is missing in"
    ),
    ("weight_map", "weights", "it has no weight_map: name a .safetensors file, or the .index.json"),
    ("}}", "}", "its JSON is damaged: ',' is expected at byte"),
    ("fc1.bias", "fc1.weight", "its JSON is damaged: its weight_map has 'fc1.weight' twice"),
  ])
  func anIndexThatDoesNotFitIsAnError(_ old: String, _ new: String, _ problem: String) throws {
    try #require(Self.map.contains(old))
    try write(Self.map.replacingOccurrences(of: old, with: new))
    #expect(self.problem()?.contains(problem) == true, "\(self.problem() ?? "taken")")
  }

  /// An index that names itself ends, too.
  @Test func anIndexIsNoShard() throws {
    try write(
      Self.map.replacingOccurrences(of: "model-00001-of-00002.safetensors", with: Self.index))
    #expect(problem()?.contains("this is no safetensors file") == true)
  }
}
