import Foundation
import Testing
import TrainingCore
@testable import Files

/// A checkpoint comes back from its file bit by bit.
@Suite final class CheckpointTests {
  private let root = FileManager.default.temporaryDirectory
    .appending(path: "CheckpointTests-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: root) }

  @Test(arguments: CheckpointSamples.models, CheckpointSamples.optimizers)
  func checkpointsComeBack(_ model: String, _ optimizer: OptimizerSpec) throws {
    let saved = try CheckpointSamples.checkpoint(model, optimizer)
    try saved.save(to: OutputFolder(root))
    let path = root.appending(path: Checkpoint.fileName).path
    let loaded = try Checkpoint(contentsOf: path)
    #expect(loaded.configuration == saved.configuration)
    #expect(loaded.progress == saved.progress.withoutTimes)
    #expect(loaded.progress.plateau.best?.sign == .minus)
    #expect(loaded.data == saved.data)
    #expect(stateBits(loaded.state) == stateBits(saved.state))
    #expect(try loaded.safetensors().encoded() == Data(contentsOf: URL(filePath: path)))
  }

  /// Runs that differ in nothing but times write the same bytes; files of before, with times, are read.
  @Test func timesStayOut() throws {
    let saved = try CheckpointSamples.checkpoint()
    var other = saved
    other.progress.seconds = 7
    other.progress.history[0].seconds = 8
    #expect(try other.safetensors().encoded() == saved.safetensors().encoded())
    var old = try saved.safetensors()
    old.metadata["batchwise.progress"] = String(
      decoding: try encodedJSON(other.progress), as: UTF8.self)
    #expect(try Checkpoint(old, path: "x").progress == other.progress)
    #expect(try Checkpoint(saved.safetensors(), path: "x").progress.seconds == nil)
    other.progress.batches = 0
    other.progress.tally = Tally()
    #expect(try Checkpoint(other.safetensors(), path: "x").progress.seconds == 0)
  }

  /// Losses that no run should have, in every place that keeps one.
  @Test func lossesThatAreNoNumbersComeBack() throws {
    var saved = try CheckpointSamples.checkpoint()
    saved.progress.history[0].trainingLoss = .nan
    saved.progress.history[0].validationLoss = .nan
    saved.progress.plateau.best = .nan
    saved.progress.tally = Tally()
    for _ in 0..<12 { saved.progress.tally.add(loss: .nan, isCorrect: false) }
    let loaded = try Checkpoint(saved.safetensors(), path: "x")
    #expect(loaded.progress.history[0].trainingLoss.isNaN)
    #expect(loaded.progress.history[0].validationLoss?.isNaN == true)
    #expect(loaded.progress.history[1] == saved.progress.withoutTimes.history[1])
    #expect(loaded.progress.plateau.best?.isNaN == true)
    #expect(loaded.progress.tally == saved.progress.tally)
    #expect(loaded.progress.tally.loss.mean.isNaN)
  }

  /// A sum that needs more than 64 bits, and one that has overflowed its 128.
  @Test(arguments: [0x1p-60, 0x1p60 / 3, -0x1p62])
  func sumsComeBack(_ loss: Double) throws {
    var saved = try CheckpointSamples.checkpoint()
    saved.progress.tally = Tally()
    for _ in 0..<12 { saved.progress.tally.add(loss: loss, isCorrect: true) }
    var loaded = try Checkpoint(saved.safetensors(), path: "x").progress.tally
    #expect(loaded == saved.progress.tally)
    for _ in 0..<12 { loaded.add(loss: -loss, isCorrect: true) }
    #expect(loaded.loss.value == 0)
  }

  @Test func namesAreThoseOfPyTorch() throws {
    let file = try CheckpointSamples.checkpoint(
      "mlp:6-5-3+batchnorm", .rmsprop(RMSpropSpec(momentum: 0.5))
    ).safetensors()
    let learned = ["bn1.bias", "bn1.weight", "fc1.bias", "fc1.weight", "fc2.bias", "fc2.weight"]
    let measured = ["bn1.num_batches_tracked", "bn1.running_mean", "bn1.running_var"]
    let kept = ["momentum_buffer", "square_avg"].flatMap { slot in
      learned.map { "optimizer.\(slot).\($0)" }
    }
    #expect(file.entries.keys.sorted() == (learned + measured + kept).sorted())
    #expect(file.entries["fc1.weight"]?.shape == [5, 6])
    #expect(
      file.entries["bn1.num_batches_tracked"]
        == Safetensors.Entry(type: "I64", shape: [], bytes: Data([34, 0, 0, 0, 0, 0, 0, 0])))
    #expect(file.metadata["format"] == "pt")
  }

  /// Modules within modules, as torchvision nests and numbers them.
  @Test func namesOfModulesAreThoseOfTorchvision() throws {
    let model = try ModelSpec(named: "mobilenet-v2+classes10")
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 1)
    let entries = Checkpoint.weights(of: state, model: model).entries
    #expect(entries.count == 158 + 3 * 52)
    #expect(entries["features.0.0.weight"]?.shape == [32, 3, 3, 3])
    #expect(entries["features.0.1.running_var"]?.shape == [32])
    #expect(entries["features.0.1.num_batches_tracked"]?.type == "I64")
    #expect(entries["features.1.conv.0.0.weight"]?.shape == [32, 1, 3, 3])
    #expect(entries["features.17.conv.3.num_batches_tracked"]?.shape == [])
    #expect(entries["features.18.0.weight"]?.shape == [1280, 320, 1, 1])
    #expect(entries["classifier.1.weight"]?.shape == [10, 1280])
  }

  /// The weights alone are what PyTorch's `load_state_dict` takes: no optimizer state, no metadata.
  @Test(arguments: CheckpointSamples.models, CheckpointSamples.optimizers)
  func weightsStartAnotherRun(_ model: String, _ optimizer: OptimizerSpec) throws {
    var checkpoint = try CheckpointSamples.checkpoint(model, .adam(AdamSpec()))
    checkpoint.state = CheckpointSamples.usableState(
      of: checkpoint.configuration.model, checkpoint.configuration.optimizer)
    let folder = try OutputFolder(root)
    let weights = Checkpoint.weights(
      of: checkpoint.state, model: checkpoint.configuration.model)
    #expect(weights.metadata.isEmpty)
    #expect(!weights.entries.keys.contains { $0.hasPrefix("optimizer.") })
    for bytes in [weights.encoded(), try checkpoint.safetensors().encoded()] {
      let path = try folder.write(bytes, as: "weights.safetensors").path
      let state = try Checkpoint.initialState(
        from: path, model: checkpoint.configuration.model, optimizer: optimizer)
      var expected = checkpoint.state
      expected.steps = 0
      expected.slots = optimizer.slotNames.map { _ in
        expected.parameters.map { tensor in
          Tensor(
            name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in Float(0) })
        }
      }
      #expect(stateBits(state) == stateBits(expected))
    }
  }
}
