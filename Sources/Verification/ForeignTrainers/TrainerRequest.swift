import Files
import Foundation

/// A request to a training loop in another process; `Protocol.md` has the meaning of each field.
struct TrainerRequest: Encodable, Sendable {
  enum Question: String, Encodable, Sendable {
    case describe, run, slope
  }

  /// Where the program writes tensors, within the folder.
  static let file = "vectors.safetensors"

  let ask: Question
  var `protocol`: Int?
  var updates: [[[Int]]]?
  var parts: [[Int]]?
  /// A rate of plain gradient descent, or the program's own optimizer, which is written as null.
  var rate: Double??
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

  /// Creates a hyperparameter of at least one number.
  public init(_ values: Double...) { self.values = values }

  /// Reads a number or a list of numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    values = try (try? [container.decode(Double.self)]) ?? container.decode([Double].self)
  }

  /// Writes a number, or a list of several.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 {
      try container.encode(values[0])
    } else {
      try container.encode(values)
    }
  }

  var first: Double? { values.first }
}

/// The fields of an answer, of whatever request it is.
struct TrainerAnswer: Decodable, Sendable {
  struct Parameter: Decodable, Sendable {
    let name: String
    let shape: [Int]
    let type: String

    /// How many numbers it has; at most 2⁴⁸.
    func count() throws(TrainerFailure) -> Int {
      var count = 1
      for length in shape {
        let product = count.multipliedReportingOverflow(by: length)
        guard length >= 0, !product.overflow, product.partialValue <= 1 << 48 else {
          throw TrainerFailure(
            "parameter '\(shown(name))' has the impossible shape \(shape.prefix(8))")
        }
        count = product.partialValue
      }
      return count
    }
  }

  /// An update's fields; its vector is in the file.
  struct Update: Decodable, Sendable {
    var norm: Double?
    /// The value that was backpropagated from.
    var loss: Double?
    /// Whether that value is a finite number.
    var finite: Bool?
    /// How often the optimizer stepped.
    var steps: Int?
    /// The learning rates that it left.
    var rates: [Double]?
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
  let isNotANumber: Bool

  /// Creates a failure with a description of one line: what happened, and what to do.
  public init(_ description: String, isRefusal: Bool = false, isNotANumber: Bool = false) {
    self.description = description
    self.isRefusal = isRefusal
    self.isNotANumber = isNotANumber
  }
}

/// The beginning of what a program says, in one line without control characters.
func shown(_ text: String, limit: Int = 80) -> String { Printable.line(String(text.prefix(limit))) }
