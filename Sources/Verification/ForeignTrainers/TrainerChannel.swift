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
        numbers[name] = entry.elements { (bits: UInt64) in Double(bitPattern: bits) }
      case "F32":
        numbers[name] = entry.elements { (bits: UInt32) in Double(Float(bitPattern: bits)) }
      default:
        let problem = "tensor '\(name)' has the type \(entry.type): write F64"
        throw TrainerFailure(Printable.message(about: path, problem))
      }
    }
    return numbers
  }
}
