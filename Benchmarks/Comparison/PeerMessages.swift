import CommandLineTools

/// What a peer is asked: one JSON object a line, in the peers' spelling.
struct PeerRequest: Encodable, Equatable {
  /// What it is to do.
  enum Command: String, Encodable {
    /// Say what it is.
    case describe
    /// Take over a model and images.
    case prepare
    /// Train, and say the loss before each step.
    case losses
    /// Train, and say how long that took.
    case train
    /// Run forward in inference mode, and say how long that took.
    case infer
    /// End.
    case quit
  }

  var command: Command
  /// Widths, from the images' to the classes'.
  var layers: [Int]?
  /// `sgd` or `adam`.
  var optimizer: String?
  var learningRate: Double?
  var batchSize: Int?
  /// A file of each dense layer's W [inputs, outputs] and b, float32.
  var weights: String?
  /// A file of images [count, pixels], float32.
  var inputs: String?
  /// A file of classes [count], bytes.
  var labels: String?
  var steps: Int?
  /// How often to go through the images.
  var passes: Int?

  init(_ command: Command) { self.command = command }

  private enum CodingKeys: String, CodingKey {
    case command, layers, optimizer, weights, inputs, labels, steps, passes
    case learningRate = "learning_rate"
    case batchSize = "batch_size"
  }
}

/// What a peer says of itself.
struct PeerDescription: Codable, Equatable {
  var name: String
  var version: String
  /// Python's version.
  var python: String
  var threads: Int

  /// Name and versions in one line.
  var versions: String { "\(name) \(version), Python \(python)" }
}

/// That a workload is taken over.
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
  /// The steps of training.
  var steps: Int?
  /// The calls of inference.
  var calls: Int?
}

/// That something failed.
struct PeerFailure: Decodable {
  var error: String
}
