import Foundation
@testable import Files

/// Files byte by byte, so that they can be wrong in ways that the writer never is.
enum RawSafetensors {
  /// A file of a header as it stands and of bytes after it.
  static func file(_ header: String, bytes: Int = 0) -> Data {
    file(Data(header.utf8), length: UInt64(header.utf8.count), bytes: bytes)
  }

  /// A file whose first eight bytes claim any length of its header.
  static func file(_ header: Data, length: UInt64, bytes: Int = 0) -> Data {
    var file = withUnsafeBytes(of: length.littleEndian) { Data($0) }
    file += header
    file += (0..<bytes).map { UInt8(truncatingIfNeeded: $0) }
    return file
  }

  /// A tensor's field of a header.
  static func tensor(_ shape: String, _ offsets: String, type: String = "F32") -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  /// The problem with a file, or nil where it is taken.
  static func problem(_ file: Data) -> String? {
    do throws(FileError) {
      _ = try Safetensors(file, path: "x")
      return nil
    } catch {
      return error.problem
    }
  }
}
