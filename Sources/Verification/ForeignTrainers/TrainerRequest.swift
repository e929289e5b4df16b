import Foundation

/// A request to a training loop in another process; `Protocol.md` has the meaning of each field.
struct TrainerRequest: Codable, Sendable {
  /// What can be asked.
  enum Question: String, Codable, Sendable {
    case describe, run, slope, end
  }

  /// Where the program writes tensors, within the folder.
  static let file = "vectors.safetensors"

  let ask: Question
  var `protocol`: Int?
  var updates: [[[Int]]]?
  var parts: [[Int]]?
  var rate: Double?
  var hyperparameters: [String: Hyperparameter]?
  var precision: String?
  var seed: Int?
  var scale: Double?
  var quiet: Bool?
  var limit: Int?
  var file: String?
  var weights: Bool?
  var state: Bool?
  var direction: Int?
  var lengths: [Double]?

  init(_ ask: Question) { self.ask = ask }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(ask, forKey: .ask)
    try container.encodeIfPresent(`protocol`, forKey: .protocol)
    guard ask == .run || ask == .slope else { return }
    try container.encodeIfPresent(updates, forKey: .updates)
    try container.encodeIfPresent(parts, forKey: .parts)
    // null says something: the program's own optimizer.
    try container.encode(rate, forKey: .rate)
    try container.encodeIfPresent(hyperparameters, forKey: .hyperparameters)
    try container.encodeIfPresent(precision, forKey: .precision)
    try container.encodeIfPresent(seed, forKey: .seed)
    try container.encodeIfPresent(scale, forKey: .scale)
    try container.encodeIfPresent(quiet, forKey: .quiet)
    try container.encodeIfPresent(limit, forKey: .limit)
    try container.encodeIfPresent(file, forKey: .file)
    try container.encodeIfPresent(weights, forKey: .weights)
    try container.encodeIfPresent(state, forKey: .state)
    try container.encodeIfPresent(direction, forKey: .direction)
    try container.encodeIfPresent(lengths, forKey: .lengths)
  }

  /// The request as one line: equal requests give equal lines.
  var line: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// A hyperparameter: a number, or several, as Adam's β₁ and β₂ are.
public struct Hyperparameter: Codable, Hashable, Sendable {
  /// The numbers, at least one.
  public var values: [Double]

  /// Creates a hyperparameter.
  ///
  /// - Parameter values: The numbers, at least one.
  public init(_ values: Double...) { self.values = values }

  /// Reads a number or a list of numbers.
  ///
  /// - Parameter decoder: The decoder.
  /// - Throws: What the decoder throws where it is neither.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    values = try (try? [container.decode(Double.self)]) ?? container.decode([Double].self)
  }

  /// Writes a number, or a list of several.
  ///
  /// - Parameter encoder: The encoder.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 {
      try container.encode(values[0])
    } else {
      try container.encode(values)
    }
  }

  /// The first number.
  var first: Double? { values.first }
}

/// The fields of an answer, of whatever request it is.
struct TrainerAnswer: Decodable, Sendable {
  /// A tensor that is learned.
  struct Parameter: Decodable, Sendable {
    let name: String
    let shape: [Int]
    let type: String
  }

  /// What is said of an update beside its vector.
  struct Update: Decodable, Sendable {
    let norm: Double?
    let loss: Double?
    let finite: Bool?
    let steps: Int?
    let rates: [Double]?
  }

  var error: String?
  var `protocol`: Int?
  var framework: String?
  var samples: Int?
  var parameters: [Parameter]?
  var precisions: [String]?
  var optimizer: String?
  var hyperparameters: [String: Hyperparameter]?
  var abilities: [String]?
  var updates: [Update]?
  var weightNorm: Double?
  var counts: [Double]?
  var slope: Double?
  var loss: Double?
  var losses: [[Double?]]?
}

/// Why a training loop in another process can't be checked.
public struct TrainerFailure: Error, Equatable, CustomStringConvertible {
  /// One line: what happened, and what to do.
  public let description: String
  /// Whether the program goes on answering: it said that it can't, or its numbers are none.
  let isRefusal: Bool
  /// Whether its numbers are none.
  var isNotANumber = false

  /// Creates a failure.
  ///
  /// - Parameter description: One line: what happened, and what to do.
  public init(_ description: String) { self.init(description, isRefusal: false) }

  init(_ description: String, isRefusal: Bool) {
    self.description = description
    self.isRefusal = isRefusal
  }
}
