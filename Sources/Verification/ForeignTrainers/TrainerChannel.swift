import Files
import Foundation

/// Something that answers requests: a process, or a recording of one.
public protocol TrainerChannel: AnyObject {
  /// Answers a request.
  ///
  /// - Parameter line: The request, one JSON object on one line.
  /// - Returns: The answer's line.
  /// - Throws: `TrainerFailure` where there is none.
  func answer(_ line: String) throws(TrainerFailure) -> String

  /// The tensors that belong to the latest answer, by their names.
  ///
  /// - Parameter file: The file's name in the exchange folder.
  /// - Returns: The numbers of each tensor.
  /// - Throws: `TrainerFailure` where the file can't be read.
  func tensors(in file: String) throws(TrainerFailure) -> [String: [Double]]
}

extension Safetensors {
  /// The numbers of each tensor, all of which must be F64 or F32.
  ///
  /// - Parameter path: What errors call the file.
  /// - Returns: The numbers by the tensors' names.
  /// - Throws: `TrainerFailure` for a tensor of another type.
  func numbers(path: String) throws(TrainerFailure) -> [String: [Double]] {
    var numbers: [String: [Double]] = [:]
    for (name, entry) in entries {
      switch entry.type {
      case "F64":
        numbers[name] = entry.bytes.withUnsafeBytes { bytes in
          (0..<bytes.count / 8).map {
            Double(
              bitPattern: UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
          }
        }
      case "F32":
        numbers[name] = entry.bytes.withUnsafeBytes { bytes in
          (0..<bytes.count / 4).map {
            Double(
              Float(
                bitPattern: UInt32(
                  littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))))
          }
        }
      default:
        throw TrainerFailure(
          Printable.message(
            about: path, "tensor '\(name)' has the type \(entry.type): write F64"))
      }
    }
    return numbers
  }
}
