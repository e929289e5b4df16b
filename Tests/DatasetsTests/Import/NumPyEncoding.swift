import CZlib

/// The bytes of a NumPy file of a type such as `<f4`, with elements as they lie in it.
func npy(
  _ type: String, _ extents: [Int], _ elements: [UInt8], version: UInt8 = 1,
  fortran: String = "False"
) -> [UInt8] {
  let shape = extents.map(String.init).joined(separator: ", ") + (extents.count == 1 ? "," : "")
  let header = "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': (\(shape)), }\n"
  let size = [UInt8(header.utf8.count), 0] + (version == 1 ? [] : [0, 0])
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + elements
}

/// Numbers as they lie in memory, in little-endian or big-endian order.
func elements<T: FixedWidthInteger>(_ numbers: [T], isBigEndian: Bool = false) -> [UInt8] {
  numbers.flatMap { number in
    withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian, Array.init)
  }
}

/// Floats as they lie in memory.
func elements(_ numbers: [Float]) -> [UInt8] { elements(numbers.map(\.bitPattern)) }

/// A zip archive of some files, stored or deflated, as NumPy writes it.
func npz(_ files: [(name: String, contents: [UInt8])], isDeflated: Bool = false) -> [UInt8] {
  var archive: [UInt8] = []
  var directory: [UInt8] = []
  for (name, contents) in files {
    // A gzip member is a header of ten bytes, the deflated data, and a trailer of eight.
    let packed = isDeflated ? Array(gzip(contents).dropFirst(10).dropLast(8)) : contents
    let checksum = contents.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, uInt($0.count)))
    }
    let common =
      elements([20, 0, isDeflated ? 8 : 0, 0, 0] as [UInt16])
      + elements([checksum, UInt32(packed.count), UInt32(contents.count)])
      + elements([UInt16(name.utf8.count)])
    directory += elements([0x0201_4b50] as [UInt32]) + elements([20] as [UInt16]) + common
    directory += elements([0, 0, 0, 0, 0, 0] as [UInt16]) + elements([UInt32(archive.count)])
    directory += Array(name.utf8)
    // NumPy leaves room for 64-bit sizes in the header before the data.
    archive += elements([0x0403_4b50] as [UInt32]) + common + elements([20] as [UInt16])
    archive += Array(name.utf8) + [UInt8](repeating: 0, count: 20) + packed
  }
  let count = UInt16(files.count)
  return archive + directory + elements([0x0605_4b50] as [UInt32])
    + elements([0, 0, count, count] as [UInt16])
    + elements([UInt32(directory.count), UInt32(archive.count)]) + [0, 0]
}
