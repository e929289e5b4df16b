/// An array of unsigned bytes from an IDX file, the format of MNIST's files.
///
/// The file is: two zero bytes, the elements' type, the number of dimensions, each dimension's
/// extent as a big-endian 32-bit number, and the elements in row-major order
/// (http://yann.lecun.com/exdb/mnist/). The file may be gzipped.
struct IDXArray: Sendable {
  /// The extent of each dimension, the slowest first.
  let extents: [Int]
  /// The elements, as many as the extents' product.
  let elements: [UInt8]
  private let isGzipped: Bool

  /// The element types that the format defines.
  private static let typeNames: [UInt8: String] = [
    0x08: "unsigned bytes", 0x09: "signed bytes", 0x0b: "16-bit integers",
    0x0c: "32-bit integers", 0x0d: "32-bit floats", 0x0e: "64-bit floats",
  ]

  /// Reads a file, which must be IDX of unsigned bytes with as many elements as its header says.
  init(contentsOfFile path: String) throws(DatasetError) {
    var reader = try GzipReader(path: path)
    let start = try Self.read(4, "header", from: &reader, at: 0)
    guard start[0] == 0 && start[1] == 0 else {
      throw DatasetError(path, at: reader.position(0), .wrongMagic(found: start))
    }
    guard start[2] == 0x08 else {
      let name = Self.typeNames[start[2]]
      throw DatasetError(
        path, at: reader.position(2),
        name.map { .unsupportedType(start[2], name: $0) } ?? .unknownType(start[2]))
    }
    let dimensions = Int(start[3])
    let numbers = try Self.read(4 * dimensions, "header", from: &reader, at: 4)
    let extents = (0..<dimensions).map { dimension in
      numbers[4 * dimension..<4 * dimension + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    let headerSize = 4 + 4 * dimensions
    let count = try Self.elementCount(extents, reader)
    elements = try Self.read(count, "elements", from: &reader, at: headerSize)
    self.extents = extents
    isGzipped = reader.isGzipped
    guard try reader.read(atMost: 1).isEmpty else {
      throw DatasetError(
        path, at: reader.position(headerSize + count), .trailingBytes(expected: count))
    }
  }

  /// The bytes of a file of so many elements, each extent below 2³².
  static func encoded(_ extents: [Int], _ elements: [UInt8]) -> [UInt8] {
    let numbers = extents.flatMap { extent in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) }
    }
    return [0, 0, 0x08, UInt8(extents.count)] + numbers + elements
  }

  /// Where an element is in the file, for an error.
  func position(ofElement index: Int) -> DatasetError.Position {
    let offset = 4 + 4 * extents.count + index
    return isGzipped ? .unpackedByte(offset) : .byte(offset)
  }

  /// The extents' product, if a file of this size may hold as many elements.
  private static func elementCount(
    _ extents: [Int], _ reader: borrowing GzipReader
  ) throws(DatasetError) -> Int {
    var count = extents.contains(0) ? 0 : 1
    for extent in extents where count > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow {
        throw DatasetError(reader.path, at: reader.position(4), .extentsOverflow(extents))
      }
      count = product
    }
    guard reader.isGzipped else { return count }
    if count / GzipReader.largestExpansion > reader.fileSize {
      throw DatasetError(
        reader.path, at: reader.position(4),
        .extentsExceedFile(
          extents, expected: count, atMost: reader.fileSize * GzipReader.largestExpansion))
    }
    return count
  }

  /// Reads exactly so many bytes.
  private static func read(
    _ count: Int, _ part: String, from reader: inout GzipReader, at offset: Int
  ) throws(DatasetError) -> [UInt8] {
    let bytes = try reader.read(atMost: count)
    guard bytes.count == count else {
      throw DatasetError(
        reader.path, at: reader.position(offset + bytes.count),
        .truncated(part: part, expected: count, found: bytes.count))
    }
    return bytes
  }
}
