import Foundation

/// A safetensors file in memory: named arrays of numbers, and text about them.
///
/// The format (Hugging Face, "Safetensors", format section): eight bytes with the header's length,
/// little-endian; the header, a JSON object; and the arrays' bytes, little-endian, with no gaps.
public struct Safetensors: Equatable, Sendable {
  /// One array.
  public struct Entry: Equatable, Sendable {
    /// The type of the elements, as the format names it: `F32`, `I64`.
    public var type: String
    /// Extents, the slowest first; empty for a single number.
    public var shape: [Int]
    /// The elements' bytes.
    public var bytes: Data

    /// Bytes per element; 0 for a type that the format doesn't have.
    var elementSize: Int { Safetensors.elementSizes[type] ?? 0 }

    /// An array.
    ///
    /// - Parameters:
    ///   - type: The type of the elements, as the format names it.
    ///   - shape: Extents, the slowest first.
    ///   - bytes: The elements' bytes.
    public init(type: String, shape: [Int], bytes: Data) {
      self.type = type
      self.shape = shape
      self.bytes = bytes
    }
  }

  /// The arrays by name.
  public var entries: [String: Entry] = [:]
  /// The header's `__metadata__`.
  public var metadata: [String: String] = [:]

  /// Creates a file without arrays.
  public init() {}

  /// Bytes per element of the types that the format has.
  static let elementSizes: [String: Int] = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1,
    "F8_E8M0": 1, "F8_E5M2FNUZ": 1, "F8_E4M3FNUZ": 1, "I16": 2, "U16": 2, "F16": 2,
    "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8, "C64": 8,
  ]

  /// The largest header that readers of the format take.
  static let largestHeader = 100_000_000
}

/// Why a file isn't the safetensors file that it should be.
public struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// The file's path.
  public let path: String
  /// What was found, and what was expected.
  public let problem: String

  /// One line: the file, what was found, what was expected.
  public var description: String { Printable.message(about: path, problem) }
}
