import CommandLineTools
import Foundation
import Measurement
import Testing
import TrainingCore

@testable import benchmarks

/// A peer that answers what it is told to, and remembers what it was asked.
final class ScriptedChannel: PeerChannel {
  private var answers: [String]
  private(set) var requests: [String] = []
  private(set) var isClosed = false

  init(_ answers: String...) {
    self.answers =
      [
        #"{"name":"Fake","version":"1.0","python":"3.9","threads":2,"subnormals":"kept","#
          + #""variants":["plain"],"image_variants":["tiled"],"left_out":[]}"#
      ] + answers
  }

  func exchange(_ line: Data) throws -> Data {
    requests.append(String(decoding: line, as: UTF8.self))
    return Data(answers.removeFirst().utf8)
  }

  func close() { isClosed = true }
}

@Suite struct PeerTests {
  private func workload(_ model: String = "mlp:784-16-10") throws -> Workload {
    try Workload(
      model: ModelSpec(named: model), optimizer: .sgd(SGDSpec()), batchSize: 256,
      images: Workload.images())
  }

  private func expectFailure(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    #expect(throws: CommandError.failure(message), sourceLocation: sourceLocation) {
      try body()
    }
  }

  @Test func `a peer answers every request of a comparison`() throws {
    let channel = ScriptedChannel(
      #"{"ready":true,"batches":8}"#, #"{"losses":[2.5,2.25]}"#,
      #"{"seconds":0.5,"processor_seconds":3,"steps":24}"#,
      #"{"seconds":0.25,"processor_seconds":4,"calls":16,"median":0.1,"samples":[0.1]}"#)
    let files = try PeerFiles()
    do {
      let peer = try Peer(channel)
      #expect(peer.description.versions == "Fake 1.0, Python 3.9")
      try peer.prepare(try workload(), variant: "plain", files: files)
      #expect(try peer.losses(steps: 2, seed: 1) == [2.5, 2.25])
      #expect(try peer.train(passes: 3, steps: 24) == Seconds(0.5))
      #expect(peer.processorTime == Seconds(3))
      #expect(try peer.infer(passes: 2, calls: 16) == Seconds(0.25))
      #expect(peer.processorTime == Seconds(4))
      #expect(!channel.isClosed)
    }
    #expect(channel.isClosed)
    #expect(channel.requests[0] == #"{"command":"describe"}"#)
    let prepare = channel.requests[1]
    #expect(prepare.hasPrefix(#"{"batch_size":256,"command":"prepare","inputs":"/"#))
    for part in [
      #""layers":[{"dense":{"inputs":784,"outputs":16}},{"relu":{}},"#,
      #""learning_rate":0.01,"optimizer":"sgd","#, #""labels":"/"#,
      #""shapes":[{"channels":1,"height":28,"width":28},"#, #""variant":"plain","weights":"/"#,
    ] {
      #expect(prepare.contains(part), "\(prepare)")
    }
    #expect(
      channel.requests[2...] == [
        #"{"command":"losses","seed":1,"steps":2}"#, #"{"command":"train","passes":3}"#,
        #"{"command":"infer","passes":2}"#,
      ])
  }

  @Test func `a peer's wrong answers are failures that say what was wrong`() throws {
    let peer = try Peer(
      ScriptedChannel(
        #"{"error":"out of memory"}"#, "gibberish", #"{"losses":[1]}"#,
        #"{"seconds":0.5,"processor_seconds":1,"steps":7}"#,
        #"{"seconds":0,"processor_seconds":1,"steps":8}"#))
    expectFailure("Fake, losses: out of memory") { _ = try peer.losses(steps: 1, seed: 1) }
    expectFailure("Fake doesn't answer losses as it should: gibberish") {
      _ = try peer.losses(steps: 1, seed: 1)
    }
    expectFailure("Fake: 1 losses for 2 steps") { _ = try peer.losses(steps: 2, seed: 1) }
    expectFailure("Fake: train answered 7 in 0.5 s where 8 were asked for") {
      _ = try peer.train(passes: 1, steps: 8)
    }
    expectFailure("Fake: train answered 8 in 0.0 s where 8 were asked for") {
      _ = try peer.train(passes: 1, steps: 8)
    }
    let other = try Peer(ScriptedChannel(#"{"ready":true,"batches":9}"#))
    expectFailure("Fake: it makes 9 batches where there are 8") {
      try other.prepare(try workload(), variant: "plain", files: try PeerFiles())
    }
  }

  @Test func `a peer's losses may be infinite or not a number`() throws {
    let peer = try Peer(ScriptedChannel(#"{"losses":["NaN"]}"#))
    #expect(try peer.losses(steps: 1, seed: 1)[0].isNaN)
  }

  /// Batch normalisation by groups is the one kind of layer that peers don't have.
  @Test func `peers know every named model, and refuse ghost groups`() throws {
    for name in ModelSpec.names + [
      "mlp-1+tanh", "mlp-1+gelu", "mlp-1+batchnorm", "mlp-1+dropout0.5",
    ] {
      try Peer.requireKnown(ModelSpec(named: name))
    }
    let error = #expect(throws: CommandError.self) {
      try Peer.requireKnown(ModelSpec(named: "mlp-1+ghost16"))
    }
    #expect(error?.status == 2)
    #expect(error?.description.hasPrefix("--models 'mlp-1+ghost16': ") == true)
  }

  @Test func `models that take images have further variants`() throws {
    let peer = try Peer(ScriptedChannel())
    #expect(try peer.variants(for: ModelSpec(named: "mlp-1")) == ["plain"])
    #expect(try peer.variants(for: ModelSpec(named: "lenet")) == ["plain", "tiled"])
  }

  /// The keys by which a peer reads each kind of layer.
  @Test func `layers are handed over in words of snake case`() throws {
    let channel = ScriptedChannel(#"{"ready":true,"batches":8}"#)
    try Peer(channel).prepare(
      try workload("mobilenet-v2-tiny"), variant: "plain", files: try PeerFiles())
    for part in [
      #"{"convolution":{"_0":{"groups":1,"has_bias":false,"input_channels":1,"kernel":{"height":3,"#,
      #"{"batch_norm":{"_0":{"epsilon":1e-05,"features":8,"momentum":0.1,"#, #"{"relu6":{}}"#,
      #"{"residual":{"layers":8}}"#, #"{"global_average_pool":{}}"#, #"{"dropout":{"rate":0.2}}"#,
    ] {
      #expect(channel.requests[1].contains(part), "\(part)")
    }
  }

  @Test func filesHoldWhatPeersReadAndGoAway() throws {
    #expect(PeerFiles.data([1, -2]) == Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]))
    let workload = try workload()
    var files: PeerFiles? = try PeerFiles()
    let weights = try #require(try files?.weights(of: workload))
    let inputs = try #require(try files?.inputs(of: workload))
    let labels = try #require(try files?.labels(of: workload))
    #expect(try Data(contentsOf: weights).count == 4 * (784 * 16 + 16 + 16 * 10 + 10))
    #expect(try Data(contentsOf: inputs) == PeerFiles.data(workload.examples.inputs))
    #expect(try Data(contentsOf: labels) == Data(workload.examples.labels))
    let normalised = try self.workload("mlp:784-16-10+batchnorm")
    let statistics = try #require(try files?.weights(of: normalised))
    let ones = PeerFiles.data(Array(repeating: 1, count: 16))
    #expect(try Data(contentsOf: statistics).suffix(ones.count) == ones)
    files = nil
    #expect(!FileManager.default.fileExists(atPath: weights.path))
  }
}
