/// NumPy's `.npy` format: a header that says type and shape, and the elements.
///
/// The file is: 93 "NUMPY", the version (1.0, 2.0 or 3.0), the header's size in two or four bytes, the
/// header, which is a Python dictionary, and the elements (numpy.lib.format). Booleans, integers of
/// 1 to 8 bytes and floats of 4 and 8 bytes are read, of either byte order.
enum NumPyFile {
  private static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

  /// Whether bytes begin as a file's do.
  static func isRecognised(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  /// Reads the array of a file's bytes; the source is for errors.
  static func array(_ bytes: [UInt8], source: String) throws(DatasetError) -> NumericArray {
    guard isRecognised(bytes), bytes.count >= 12, (1...3).contains(bytes[6]) else {
      throw DatasetError(source, .unusable(reason: "this isn't a NumPy file of version 1, 2 or 3"))
    }
    let sizeBytes = bytes[6] == 1 ? 2 : 4
    let size = bytes[8..<8 + sizeBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + sizeBytes + size
    guard start <= bytes.count else {
      throw DatasetError(
        source, at: .byte(bytes.count),
        .truncated(part: "header", expected: start, found: bytes.count))
    }
    let header = String(decoding: bytes[8 + sizeBytes..<start], as: UTF8.self)
    guard let shape = header.firstMatch(of: #/'shape':\s*\(([0-9,\s]*)\)/#)?.1,
      let order = header.firstMatch(of: #/'fortran_order':\s*(True|False)/#)?.1
    else { throw DatasetError(source, .unusable(reason: "its header isn't NumPy's")) }
    guard let type = header.firstMatch(of: #/'descr':\s*'([<>|=])([a-z])([0-9]+)'/#),
      let width = Int(type.3), let read = reader(type.2, width, isBigEndian: type.1 == ">")
    else {
      throw DatasetError(
        source,
        .unusable(
          reason: "its elements are neither booleans nor integers nor floats of 4 or 8 bytes: save "
            + "it as uint8 or float32"))
    }
    guard order == "False" else {
      throw DatasetError(
        source,
        .unusable(reason: "it is in Fortran's order: save np.ascontiguousarray of it"))
    }
    let extents = shape.split(separator: ",").map { Int($0.filter { $0 != " " }) ?? -1 }
    var count = 1
    for extent in extents {
      let (next, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, extent >= 0, next <= bytes.count else {
        throw DatasetError(source, .extentsOverflow(extents))
      }
      count = next
    }
    guard bytes.count - start == count * width else {
      throw DatasetError(
        source, at: .byte(bytes.count),
        bytes.count - start < count * width
          ? .truncated(part: "elements", expected: count * width, found: bytes.count - start)
          : .trailingBytes(expected: count * width))
    }
    let element: NumericArray.Element =
      switch type.2 {
      case "b": .boolean
      case "f": .real
      default: .integer
      }
    let values = bytes.withUnsafeBytes { buffer in
      (0..<count).map { read(buffer, start + $0 * width) }
    }
    return NumericArray(source: source, extents: extents, element: element, values: values)
  }

  private typealias ElementReader = (UnsafeRawBufferPointer, Int) -> Float

  /// Reads one element at an offset; nil for types that aren't read.
  private static func reader(
    _ kind: Substring, _ width: Int, isBigEndian: Bool
  ) -> ElementReader? {
    func integer<T: FixedWidthInteger>(_ type: T.Type) -> (UnsafeRawBufferPointer, Int) -> T {
      { buffer, offset in
        let value = buffer.loadUnaligned(fromByteOffset: offset, as: T.self)
        return isBigEndian ? T(bigEndian: value) : T(littleEndian: value)
      }
    }
    func rounding<T: FixedWidthInteger>(_ type: T.Type) -> ElementReader {
      let read = integer(type)
      return { Float(read($0, $1)) }
    }
    switch (kind, width) {
    case ("b", 1), ("u", 1): return rounding(UInt8.self)
    case ("u", 2): return rounding(UInt16.self)
    case ("u", 4): return rounding(UInt32.self)
    case ("u", 8): return rounding(UInt64.self)
    case ("i", 1): return rounding(Int8.self)
    case ("i", 2): return rounding(Int16.self)
    case ("i", 4): return rounding(Int32.self)
    case ("i", 8): return rounding(Int64.self)
    case ("f", 4):
      let read = integer(UInt32.self)
      return { Float(bitPattern: read($0, $1)) }
    case ("f", 8):
      let read = integer(UInt64.self)
      return { Float(Double(bitPattern: read($0, $1))) }
    default: return nil
    }
  }
}
