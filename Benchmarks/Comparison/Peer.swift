import CommandLineTools
import Files
import Foundation
import Measurement
import TrainingCore

/// A connection that carries lines to a peer and back.
protocol PeerChannel: AnyObject {
  /// Sends a line, without its end, and waits for the answer's line.
  ///
  /// It throws `PeerUnavailable` where the peer can't run here.
  func exchange(_ line: Data) throws -> Data
  /// Ends the peer.
  func close()
}

/// The reason why a peer can't take part.
struct PeerUnavailable: Error, Equatable, CustomStringConvertible {
  let description: String
}

/// Another program that does the same work, asked over a channel.
final class Peer {
  /// Its name and versions.
  let description: PeerDescription
  /// The time that its processors have worked, all of them together, as of its last timed answer.
  private(set) var processorTime = Seconds.zero
  private let channel: any PeerChannel

  /// Asks a peer on a channel to describe itself.
  init(_ channel: any PeerChannel) throws {
    self.channel = channel
    description = try Self.ask(PeerRequest(command: .describe), over: channel, name: "the peer")
  }

  deinit { channel.close() }

  /// The ways in which it can do the work.
  func variants(for model: ModelSpec) -> [String] {
    if case .dense? = model.layers.first { return description.variants }
    return description.variants + description.imageVariants
  }

  /// Hands over a model with its weights, and images, to be worked on in one of the ways there are.
  func prepare(_ workload: Workload, variant: String, files: PeerFiles) throws {
    let answer: PeerReadiness = try ask(
      PeerRequest(
        command: .prepare, variant: variant, layers: workload.model.layers,
        shapes: try workload.model.shapes(), optimizer: workload.optimizer.name,
        learningRate: workload.learningRate, batchSize: workload.batchSize,
        weights: try files.weights(of: workload).path,
        inputs: try files.inputs(of: workload).path, labels: try files.labels(of: workload).path))
    guard answer.ready, answer.batches == workload.plan.count else {
      throw CommandError.failure(
        "\(description.name): it makes \(answer.batches) batches where there are "
          + "\(workload.plan.count)")
    }
  }

  /// Trains from the initial weights, and returns the mean loss before each step; dropout masks are
  /// those of a run with the seed.
  func losses(steps: Int, seed: UInt64) throws -> [Double] {
    let answer: PeerLosses = try ask(PeerRequest(command: .losses, steps: steps, seed: seed))
    guard answer.losses.count == steps else {
      throw CommandError.failure(
        "\(description.name): \(answer.losses.count) losses for \(steps) steps")
    }
    return answer.losses
  }

  /// The time of training passes over the images from the initial weights, of so many steps in all.
  func train(passes: Int, steps: Int) throws -> Seconds {
    try time(.train, passes: passes, count: steps, \.steps)
  }

  /// The time of inference passes over the images, of so many calls in all.
  func infer(passes: Int, calls: Int) throws -> Seconds {
    try time(.infer, passes: passes, count: calls, \.calls)
  }

  private func time(
    _ command: PeerRequest.Command, passes: Int, count expected: Int, _ count: (PeerTime) -> Int?
  ) throws -> Seconds {
    let answer: PeerTime = try ask(PeerRequest(command: command, passes: passes))
    guard count(answer) == expected, answer.seconds > 0, answer.seconds.isFinite else {
      throw CommandError.failure(
        "\(description.name): \(command.rawValue) answered \(count(answer) ?? 0) in "
          + "\(answer.seconds) s where \(expected) were asked for")
    }
    processorTime = Seconds(answer.processorSeconds)
    return Seconds(answer.seconds)
  }

  private func ask<Answer: Decodable>(_ request: PeerRequest) throws -> Answer {
    try Self.ask(request, over: channel, name: description.name)
  }

  private static func ask<Answer: Decodable>(
    _ request: PeerRequest, over channel: any PeerChannel, name: String
  ) throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let line = try channel.exchange(try encoder.encode(request))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    if let failure = try? decoder.decode(PeerFailure.self, from: line) {
      throw CommandError.failure("\(name), \(request.command.rawValue): \(failure.error)")
    }
    guard let answer = try? decoder.decode(Answer.self, from: line) else {
      let text = String(decoding: line.prefix(200), as: UTF8.self)
      throw CommandError.failure(
        "\(name) doesn't answer \(request.command.rawValue) as it should: \(Printable.line(text))")
    }
    return answer
  }
}

extension Peer {
  /// Refuses a model that peers don't compute.
  static func requireKnown(_ model: ModelSpec) throws(CommandError) {
    let isGrouped = model.layers.contains { layer in
      switch layer {
      case .batchNorm(let spec): spec.groupSize != nil
      case .groupNorm: true
      default: false
      }
    }
    if isGrouped {
      throw .misuse(
        "\(Scope.models.name) '\(model.name)': peers don't normalise by groups; leave it out")
    }
  }
}

/// A request to a peer: one JSON object a line, its keys in snake case.
struct PeerRequest: Encodable, Equatable {
  /// A peer's tasks.
  enum Command: String, Encodable {
    /// Say what it is.
    case describe
    /// Read a model and images.
    case prepare
    /// Train, and say the loss before each step.
    case losses
    /// Train, and say how long that took.
    case train
    /// Run forward in inference mode, and say how long that took.
    case infer
    /// End the process.
    case quit
  }

  var command: Command
  /// The way to do the work.
  var variant: String?
  /// The model's layers.
  var layers: [LayerSpec]?
  /// One sample's shape before each layer, and after the last.
  var shapes: [ImageShape]?
  /// `sgd` or `adam`.
  var optimizer: String?
  var learningRate: Double?
  var batchSize: Int?
  /// A file of all that is learned and then of the moving averages, in the layers' order, float32.
  var weights: String?
  /// A file of images [count, H, W, C], float32.
  var inputs: String?
  /// A file of classes [count], bytes.
  var labels: String?
  var steps: Int?
  /// The run's seed, which dropout masks depend on.
  var seed: UInt64?
  /// How often to go through the images.
  var passes: Int?
}

/// A peer's description of itself.
struct PeerDescription: Codable, Equatable {
  var name: String
  var version: String
  /// Python's version.
  var python: String
  var threads: Int
  /// What its arithmetic makes of subnormal numbers, as it measured: `kept`, `flushed` or `mixed`.
  var subnormals: String
  /// The ways in which it can do the work.
  var variants: [String]
  /// Further ways for models that take images.
  var imageVariants: [String]
  /// The ways that it hasn't here.
  var leftOut: [LeftOut]

  /// A way that a peer hasn't here, and why.
  struct LeftOut: Codable, Equatable {
    var variant: String
    var reason: String
  }

  /// Name and versions in one line.
  var versions: String { "\(name) \(version), Python \(python)" }
}

/// The answer of a peer that has read a workload.
struct PeerReadiness: Decodable {
  var ready: Bool
  /// The batches of a pass.
  var batches: Int
}

/// The loss before each step.
struct PeerLosses: Decodable {
  var losses: [Double]
}

/// How long passes took.
struct PeerTime: Decodable {
  var seconds: Double
  /// The time that its processors have worked since it was started.
  var processorSeconds: Double
  /// The steps of training.
  var steps: Int?
  /// The calls of inference.
  var calls: Int?
}

/// The answer of a peer that failed.
struct PeerFailure: Decodable {
  var error: String
}
