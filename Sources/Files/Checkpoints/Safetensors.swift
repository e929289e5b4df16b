import Foundation

/// A safetensors file in memory: named arrays of numbers, and text about them.
///
/// The format (Hugging Face, "Safetensors", format section): eight bytes with the header's length,
/// little-endian; the header, a JSON object; and the arrays' bytes, little-endian, with no gaps.
///
/// What that section forbids is refused, also where the reference implementation (0.8) takes it: a
/// header that doesn't begin with `{`, such as after spaces, and a name that is there twice. What it
/// leaves open is read as there: `null` in the place of the metadata is none, and fields of a tensor
/// other than its three are passed over. Metadata that aren't strings, `null` among them, both
/// forbid.
package struct Safetensors: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    /// The type of the elements, as the format names it: `F32`, `I64`.
    package var type: String
    /// Extents, the slowest first; empty for a single number.
    package var shape: [Int]
    package var bytes: Data

    package init(type: String, shape: [Int], bytes: Data) {
      self.type = type
      self.shape = shape
      self.bytes = bytes
    }

    /// The elements, each from its bits.
    package func elements<Bits: FixedWidthInteger, Element>(
      _ element: (Bits) -> Element
    ) -> [Element] {
      bytes.withUnsafeBytes { bytes in
        stride(from: 0, through: bytes.count - MemoryLayout<Bits>.size, by: MemoryLayout<Bits>.size)
          .map {
            element(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Bits.self)))
          }
      }
    }
  }

  /// The arrays by name.
  package var entries: [String: Entry] = [:]
  /// The header's `__metadata__`.
  package var metadata: [String: String] = [:]

  package init() {}

  /// Bytes per element of the types that the format has.
  static let elementSizes: [String: Int] = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1,
    "F8_E8M0": 1, "F8_E5M2FNUZ": 1, "F8_E4M3FNUZ": 1, "I16": 2, "U16": 2, "F16": 2,
    "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8, "C64": 8,
  ]

  /// The largest header that readers of the format take.
  static let largestHeader = 100_000_000

  /// Reads a file and checks all of it against the rules of the format; of a JSON file, the shards
  /// that it is the index of.
  package init(contentsOf path: String) throws(FileError) {
    if path.hasSuffix(".json") {
      try self.init(index: path)
    } else {
      try self.init(Self.bytes(of: path), path: path)
    }
  }

  /// The bytes of a regular file.
  static func bytes(of path: String) throws(FileError) -> Data {
    let url = URL(filePath: path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError(path: path, problem: "there is no such file")
    }
    // A device or a pipe may have no end, and a mapped file traps when another program shortens it.
    let target = url.resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let data = try? Data(contentsOf: url)
    else {
      throw FileError(path: path, problem: "it can't be read; is it a file that you may read?")
    }
    return data
  }

  /// Reads a file's bytes and checks all of them against the rules of the format; errors name the path.
  package init(_ data: Data, path: String) throws(FileError) {
    func fail(_ problem: String) -> FileError { FileError(path: path, problem: problem) }
    guard data.count >= 8 else {
      throw fail("\(data.count) bytes, but a safetensors file begins with 8 that hold a length")
    }
    let length = data.prefix(8).enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
    if data.dropFirst(8).first != UInt8(ascii: "{"), let problem = OtherFormat.problem(data) {
      throw fail(problem)
    }
    guard length <= UInt64(Self.largestHeader), length <= UInt64(data.count - 8) else {
      throw fail(
        "the header should have \(length) bytes, but \(data.count - 8) follow its length: this is "
          + "no safetensors file, or it is cut off")
    }
    let contents = data.dropFirst(8 + Int(length))
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(data.dropFirst(8).prefix(Int(length)))
    } catch {
      throw fail("its header is damaged: \(error.problem)")
    }
    metadata = header.metadata
    var offset = 0
    for tensor in header.tensors.sorted(by: {
      ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name)
    }) {
      guard let size = Self.elementSizes[tensor.type] else {
        throw fail("tensor '\(tensor.name)' has the unknown type '\(tensor.type)'")
      }
      var bytes = 1
      for extent in tensor.shape + [size] {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
        guard !overflow else {
          throw fail("tensor '\(tensor.name)' has the impossible shape \(tensor.shape)")
        }
        bytes = product
      }
      guard tensor.start == offset, tensor.end >= tensor.start, tensor.end <= contents.count else {
        throw fail(
          "tensor '\(tensor.name)' should lie at \(offset) of \(contents.count) bytes, but its "
            + "offsets are \(tensor.start) to \(tensor.end)")
      }
      guard tensor.end - tensor.start == bytes else {
        throw fail(
          "tensor '\(tensor.name)' of shape \(tensor.shape) and type \(tensor.type) needs \(bytes) "
            + "bytes, but its offsets span \(tensor.end - tensor.start)")
      }
      entries[tensor.name] = Entry(
        type: tensor.type, shape: tensor.shape,
        bytes: Data(contents.dropFirst(tensor.start).prefix(bytes)))
      offset = tensor.end
    }
    guard offset == contents.count else {
      throw fail("\(contents.count - offset) bytes follow its last tensor; none should")
    }
  }

  /// The bytes of the file: the same for the same content.
  ///
  /// Arrays with the largest elements come first, and among equals the order is that of their
  /// names; the header is filled up with spaces to a multiple of eight bytes. So every array is
  /// aligned for its elements, as readers that map the file rely on.
  package func encoded() -> Data {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(Self.quoted($0.key)):\(Self.quoted($0.value))"
      }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    let sorted = entries.sorted {
      let sizes = [$0, $1].map { Self.elementSizes[$0.value.type] ?? 0 }
      return sizes[0] == sizes[1] ? $0.key < $1.key : sizes[0] > sizes[1]
    }
    for (name, entry) in sorted {
      let end = offset + entry.bytes.count
      let shape = entry.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(Self.quoted(name)):{\"dtype\":\(Self.quoted(entry.type)),\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    header.append(Data(repeating: 0x20, count: (8 - header.count % 8) % 8))
    var file = Data()
    file.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(header)
    for (_, entry) in sorted { file.append(entry.bytes) }
    return file
  }

  /// A string as JSON writes it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20: result += String(format: "\\u%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Why a file isn't the safetensors file or the checkpoint that it should be.
package struct FileError: Error, Equatable, CustomStringConvertible {
  package let path: String
  /// What was found, and what was expected.
  package let problem: String

  /// One line: the file, what was found, what was expected.
  package var description: String { Printable.message(about: path, problem) }
}
