import Foundation

/// A file of scalars that TensorBoard draws, which grows as a training goes on.
///
/// It is a sequence of TFRecords, each an `Event` of TensorFlow's `event.proto`: first the format's
/// version, then an event for each step with a summary of scalars. TensorBoard reads a folder's event
/// files in the order of their names, which here is that of their times, as one run.
package struct EventFile: Sendable {
  private let folder: OutputFolder
  private let name: String

  /// What every event file has in its name.
  private static let mark = "tfevents"

  /// Names a new file in a folder, which is written with the first scalars.
  package init(in folder: OutputFolder, at time: Date = Date()) {
    self.folder = folder
    let seconds = time.timeIntervalSince1970
    let nanoseconds = (seconds - seconds.rounded(.down)) * 1e9
    name = String(
      format: "events.out.\(Self.mark).%010ld.%09ld.batchwise", Int(seconds), Int(nanoseconds))
  }

  /// Whether a folder has event files.
  package static func exist(in folder: URL) -> Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return names?.contains { $0.contains(mark) } ?? false
  }

  /// Adds scalars of one step under their tags, such as `loss/training`; those that are nil are left
  /// out.
  package func add(
    _ scalars: [(tag: String, value: Double?)], step: Int, at time: Date = Date()
  ) throws(OutputError) {
    let values = Self.record(time) { event in
      event.add(2, step)
      event.add(5) { summary in
        for case (let tag, let value?) in scalars {
          summary.add(1) {
            $0.add(1, tag)
            $0.add(2, Float(value))  // simple_value
          }
        }
      }
    }
    let isNew = !FileManager.default.fileExists(atPath: folder.url.appending(path: name).path)
    let version = Self.record(time) { $0.add(3, "brain.Event:2") }  // file_version
    try folder.append(isNew ? version + values : values, to: name)
  }

  /// The record of an event, whose other fields `build` adds.
  private static func record(_ time: Date, _ build: (inout ProtobufMessage) -> Void) -> Data {
    let event = ProtobufMessage {
      $0.add(1, time.timeIntervalSince1970)  // wall_time
      build(&$0)
    }
    return TFRecord.framed(event.bytes)
  }
}

/// The framing of TensorFlow's record files (`tensorflow/core/lib/io/record_writer.h`).
enum TFRecord {
  /// A record: its length in eight bytes, that length's checksum, the data, their checksum; numbers
  /// are little-endian.
  static func framed(_ data: Data) -> Data {
    let length = bytes(of: UInt64(data.count))
    return length + bytes(of: maskedChecksum(of: length)) + data
      + bytes(of: maskedChecksum(of: data))
  }

  private static func bytes(of number: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: number.littleEndian) { Data($0) }
  }

  /// The checksum rotated right by 15 bits, plus a constant, since data may hold checksums themselves.
  private static func maskedChecksum(of data: Data) -> UInt32 {
    let checksum = checksum(of: data)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  /// CRC-32C, with Castagnoli's polynomial 0x1EDC6F41, bits reflected (RFC 3720, appendix B.4).
  static func checksum(of data: Data) -> UInt32 {
    ~data.reduce(~0) { checksum, byte in
      checksum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)]
    }
  }

  /// Each byte's remainder.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(byte) { rest, _ in rest >> 1 ^ (rest & 1 == 0 ? 0 : 0x82F6_3B78) }
  }
}
