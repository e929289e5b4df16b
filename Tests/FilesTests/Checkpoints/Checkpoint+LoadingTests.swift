import Foundation
import ReferenceTraining
import Testing
import TrainingCore
@testable import Files

/// Files that aren't what they say: a typed error, never a trap, now or in the run made from them.
@Suite struct CheckpointLoadingTests {
  private static let f32 = Safetensors.Entry(type: "F32", shape: [1], bytes: Data(count: 4))

  private static func i64(_ number: Int64) -> Safetensors.Entry {
    Safetensors.Entry(
      type: "I64", shape: [], bytes: withUnsafeBytes(of: number.littleEndian) { Data($0) })
  }

  @Test func everyTensorIsNeeded() throws {
    let genuine = try CheckpointSamples.checkpoint().safetensors()
    #expect(CheckpointSamples.problem(genuine) == nil)
    #expect(genuine.entries.count == 9 + 12)
    for name in genuine.entries.keys {
      var file = genuine
      file.entries[name] = nil
      #expect(CheckpointSamples.problem(file) == "tensor '\(name)' is missing")
    }
  }

  @Test func everyTensorHasItsTypeAndShape() throws {
    let genuine = try CheckpointSamples.checkpoint().safetensors()
    for (name, entry) in genuine.entries {
      let changes = [
        Safetensors.Entry(type: "F64", shape: entry.shape, bytes: entry.bytes + entry.bytes),
        Safetensors.Entry(type: "I32", shape: entry.shape, bytes: entry.bytes.prefix(4)),
        Safetensors.Entry(type: entry.type, shape: entry.shape + [2], bytes: entry.bytes * 2),
        Safetensors.Entry(type: entry.type, shape: [0], bytes: Data()),
      ]
      for change in changes {
        var file = genuine
        file.entries[name] = change
        #expect(
          CheckpointSamples.problem(file)?.hasPrefix(
            "tensor '\(name)' is \(change.type) \(change.shape), but ") == true)
      }
    }
    var transposed = genuine
    transposed.entries["fc1.weight"]?.shape = [6, 5]
    #expect(
      CheckpointSamples.problem(transposed)
        == "tensor 'fc1.weight' is F32 [6, 5], but F32 [5, 6] is expected")
  }

  @Test(arguments: [
    "fc3.weight", "fc1", "", "fc1.weight.", "bn2.num_batches_tracked", "num_batches_tracked",
    "fc1.num_batches_tracked", "optimizer.", "optimizer.momentum_buffer.fc1.weight",
    "optimizer.exp_avg.fc3.weight", "optimizer.exp_avg.bn1.running_mean",
  ])
  func nothingIsLeftOver(_ name: String) throws {
    var file = try CheckpointSamples.checkpoint().safetensors()
    file.entries[name] = Self.f32
    #expect(
      CheckpointSamples.problem(file)?.hasPrefix(
        "model mlp:6-5-3+batchnorm has no tensor '\(name)'") == true)
  }

  /// The tensors of one optimizer with the configuration of another.
  @Test func slotsFitTheOptimizer() throws {
    let all = CheckpointSamples.optimizers
    for (index, optimizer) in all.enumerated() {
      for other in all where other.slotNames != optimizer.slotNames {
        var file = try CheckpointSamples.checkpoint("mlp:6-5-3", optimizer).safetensors()
        let configured = try CheckpointSamples.checkpoint("mlp:6-5-3", other).safetensors()
        file.metadata = configured.metadata
        #expect(CheckpointSamples.problem(file) != nil, "\(index) read as \(other)")
      }
    }
  }

  @Test func layersAgreeOnTheBatchesTracked() throws {
    let name = "mlp:6-5-4-3+batchnorm"
    var file = try CheckpointSamples.checkpoint(name).safetensors()
    file.entries["bn2.num_batches_tracked"] = Self.i64(35)
    #expect(
      CheckpointSamples.problem(file) == "its layers disagree on num_batches_tracked: [34, 35]")
    for count in [-1, Int64.min, Int64.max] {
      for layer in ["bn1", "bn2"] {
        file.entries["\(layer).num_batches_tracked"] = Self.i64(count)
      }
      #expect(CheckpointSamples.problem(file) == "its num_batches_tracked is out of range")
    }
  }

  @Test func saysWhatIsNoCheckpoint() throws {
    let genuine = try CheckpointSamples.checkpoint().safetensors()
    let checkpoint = try CheckpointSamples.checkpoint()
    let weights = Checkpoint.weights(
      of: checkpoint.state, model: checkpoint.configuration.model)
    #expect(
      CheckpointSamples.problem(weights)?.hasPrefix("it holds no training, only tensors") == true)
    var file = genuine
    file.metadata["batchwise.format"] = "batchwise-checkpoint-2"
    #expect(
      CheckpointSamples.problem(file) == "its format is 'batchwise-checkpoint-2', and this version "
        + "reads batchwise-checkpoint-1")
    for name in ["configuration", "progress", "data"] {
      for text in [nil, "", "{", "{}", "[]", "null", "\"\""] {
        file = genuine
        file.metadata["batchwise.\(name)"] = text
        #expect(CheckpointSamples.problem(file) == "its \(name) is missing or damaged")
      }
    }
    for text in [nil, "", "-1", "1.0", "9223372036854775807", "9223372036854775808", "x", "1e3"] {
      file = genuine
      file.metadata["batchwise.steps"] = text
      #expect(CheckpointSamples.problem(file) == "its number of steps is missing or damaged")
    }
  }

  @Test func namesTheFile() {
    let error = #expect(throws: FileError.self) {
      try Checkpoint(Safetensors(), path: "a\nb")
    }
    #expect(error?.description.hasPrefix("a b: it holds no training") == true)
  }

  /// Changes to the metadata, and whether a checkpoint may have them.
  private static let hostile: [(String, String, String)] = [
    ("configuration", #""batchSize" : 4"#, #""batchSize" : 0"#),
    ("configuration", #""batchSize" : 4"#, #""batchSize" : -4"#),
    ("configuration", #""batchSize" : 4"#, #""batchSize" : 9223372036854775807"#),
    ("configuration", #""batchSize" : 4"#, #""batchSize" : 6"#),
    ("configuration", #""baseBatchSize" : 3"#, #""baseBatchSize" : 0"#),
    ("configuration", #""baseBatchSize" : 3"#, #""baseBatchSize" : -3"#),
    ("configuration", #""microBatchSize" : 2"#, #""microBatchSize" : 0"#),
    ("configuration", #""batchSize" : 6"#, #""batchSize" : 0"#),
    ("configuration", #""epochs" : 7"#, #""epochs" : 0"#),
    ("configuration", #""warmUpSteps" : 5"#, #""warmUpSteps" : -5"#),
    ("configuration", #""clipNorm" : 0.7"#, #""clipNorm" : 0"#),
    ("configuration", #""clipNorm" : 0.7"#, #""clipNorm" : "NaN""#),
    ("configuration", #""seed" : 18446744073709551615"#, #""seed" : -1"#),
    ("configuration", #""seed" : 18446744073709551615"#, #""seed" : 18446744073709551616"#),
    ("configuration", #""outputs" : 5"#, #""outputs" : 1048576"#),
    ("configuration", #""outputs" : 5"#, #""outputs" : -5"#),
    ("configuration", #""features" : 5"#, #""features" : 6"#),
    ("configuration", #""sqrt""#, #""cube""#),
    ("configuration", #""adam""#, #""sgd""#),
    ("progress", #""epochs" : 2"#, #""epochs" : -2"#),
    ("progress", #""epochs" : 2"#, #""epochs" : 1"#),
    ("progress", #""epochs" : 2"#, #""epochs" : 16777216"#),
    ("progress", #""epochs" : 2"#, #""epochs" : 9223372036854775807"#),
    ("progress", #""epoch" : 2"#, #""epoch" : 3"#),
    ("progress", #""batches" : 3"#, #""batches" : -3"#),
    ("progress", #""batches" : 3"#, #""batches" : 2"#),
    ("progress", #""batches" : 3"#, #""batches" : 5"#),
    ("progress", #""batches" : 3"#, #""batches" : 281474976710656"#),
    ("progress", #""count" : 12"#, #""count" : 11"#),
    ("progress", #""correct" : 4"#, #""correct" : 13"#),
    ("progress", #""reductions" : 2"#, #""reductions" : -2"#),
    ("progress", #""epochsWithoutProgress" : 1"#, #""epochsWithoutProgress" : -1"#),
    ("data", #""trainingCount" : 18"#, #""trainingCount" : 0"#),
    ("data", #""trainingCount" : 18"#, #""trainingCount" : -18"#),
    ("data", #""trainingCount" : 18"#, #""trainingCount" : 12"#),
    ("data", #""validationFraction" : 0.1"#, #""validationFraction" : 1"#),
    ("data", #""validationFraction" : 0.1"#, #""validationFraction" : -0.1"#),
    ("data", #""validationFraction" : 0.1"#, #""validationFraction" : "NaN""#),
  ]

  @Test(arguments: hostile)
  func hostileMetadataIsAnError(_ name: String, _ genuine: String, _ hostile: String) throws {
    var file = try CheckpointSamples.checkpoint().safetensors()
    let text = try #require(file.metadata["batchwise.\(name)"])
    try #require(text.contains(genuine))
    file.metadata["batchwise.\(name)"] = text.replacingOccurrences(of: genuine, with: hostile)
    #expect(CheckpointSamples.problem(file) != nil)
  }

  private static let impossible: [(String, String, String)] = [
    ("configuration", #""batchSize" : 4"#, #""batchSize" : 0"#),
    ("configuration", #""batchSize" : 4"#, #""batchSize" : -4"#),
    ("configuration", #""baseBatchSize" : 3"#, #""baseBatchSize" : 0"#),
    ("data", #""trainingCount" : 18"#, #""trainingCount" : 0"#),
  ]

  /// Settings of a run that hasn't begun, whose counters contradict nothing.
  @Test(arguments: impossible)
  func impossibleSettingsAreAnError(
    _ name: String, _ genuine: String, _ hostile: String
  ) throws {
    var checkpoint = try CheckpointSamples.checkpoint()
    checkpoint.progress = RunProgress()
    var file = try checkpoint.safetensors()
    #expect(CheckpointSamples.problem(file) == nil)
    let text = try #require(file.metadata["batchwise.\(name)"])
    file.metadata["batchwise.\(name)"] = text.replacingOccurrences(of: genuine, with: hostile)
    #expect(CheckpointSamples.problem(file) != nil)
  }

  /// A position after the last whole batch is one that a run without the shorter last batch
  /// can't have.
  @Test func theLastBatchMayBeLeftOut() throws {
    var checkpoint = try CheckpointSamples.checkpoint()
    checkpoint.configuration.dropsLast = true
    #expect(CheckpointSamples.problem(try checkpoint.safetensors()) == nil)
    checkpoint.progress.batches = 4
    for _ in 0..<4 { checkpoint.progress.tally.add(loss: 1, isCorrect: true) }
    #expect(CheckpointSamples.problem(try checkpoint.safetensors()) != nil)
    checkpoint.configuration.dropsLast = false
    #expect(CheckpointSamples.problem(try checkpoint.safetensors()) == nil)
  }
}

private func * (bytes: Data, times: Int) -> Data {
  (0..<times).reduce(into: Data()) { result, _ in result += bytes }
}
