import Files
import Foundation

/// Something that answers requests: a process, or a recording of one.
public protocol TrainerChannel: AnyObject {
  /// Answers a request, one JSON object on one line, by another line.
  func answer(_ line: String) throws(TrainerFailure) -> String

  /// The numbers of each tensor of the latest answer by its name, from a file in the exchange folder.
  func tensors(in file: String) throws(TrainerFailure) -> [String: [Double]]
}

extension Safetensors {
  /// The numbers of each tensor, all of which must be F64 or F32; errors call the file by `path`.
  func numbers(path: String) throws(TrainerFailure) -> [String: [Double]] {
    var numbers: [String: [Double]] = [:]
    for (name, entry) in entries {
      switch entry.type {
      case "F64":
        numbers[name] = Self.read(entry.bytes, as: UInt64.self) { Double(bitPattern: $0) }
      case "F32":
        numbers[name] = Self.read(entry.bytes, as: UInt32.self) { Double(Float(bitPattern: $0)) }
      default:
        let problem = "tensor '\(name)' has the type \(entry.type): write F64"
        throw TrainerFailure(Printable.message(about: path, problem))
      }
    }
    return numbers
  }

  /// Numbers that lie one after the other, little-endian.
  private static func read<Pattern: FixedWidthInteger>(
    _ bytes: Data, as type: Pattern.Type, number: (Pattern) -> Double
  ) -> [Double] {
    bytes.withUnsafeBytes { bytes in
      stride(from: 0, through: bytes.count - type.bitWidth / 8, by: type.bitWidth / 8).map {
        number(Pattern(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: type)))
      }
    }
  }
}
