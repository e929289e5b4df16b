import CZlib

/// The files in a zip archive, as NumPy's `.npz` is one: stored, or deflated.
///
/// What is in it, and where, is read from the central directory at its end (PKWARE's APPNOTE 6.3.10,
/// sections 4.3.7, 4.3.12 and 4.3.16). Sizes and CRC-32 are verified. Archives or files of 4 GiB and
/// more (zip64), and encrypted files, are refused.
struct ZipArchive {
  /// A file in the archive.
  struct Entry {
    let name: String
    fileprivate let flags, method: Int
    fileprivate let checksum: UInt
    fileprivate let packedSize, size, headerOffset: Int
  }

  let path: String
  let entries: [Entry]
  private let bytes: [UInt8]

  /// Reads the directory of an archive's bytes; the path is for errors.
  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    self.path = path
    self.bytes = bytes
    // The end record has 22 bytes and a comment of at most 65,535.
    let candidates = stride(from: bytes.count - 22, through: max(0, bytes.count - 65_557), by: -1)
    let end = candidates.first { Self.number(bytes, at: $0, size: 4) == 0x0605_4b50 }
    guard let end, let count = Self.number(bytes, at: end + 10, size: 2),
      var offset = Self.number(bytes, at: end + 16, size: 4)
    else { throw Self.damaged(path, "its directory is missing") }
    guard count < 0xffff, offset < 0xffff_ffff else {
      throw DatasetError(path, .unusable(reason: "zip archives of 4 GiB and more can't be read"))
    }
    var entries: [Entry] = []
    for _ in 0..<count {
      func field(_ place: Int, _ size: Int) throws(DatasetError) -> Int {
        guard let number = Self.number(bytes, at: offset + place, size: size) else {
          throw Self.damaged(path, "its directory ends early")
        }
        return number
      }
      guard try field(0, 4) == 0x0201_4b50 else {
        throw Self.damaged(path, "its directory is no directory")
      }
      let (nameSize, extra, comment) = (try field(28, 2), try field(30, 2), try field(32, 2))
      guard offset + 46 + nameSize <= bytes.count else {
        throw Self.damaged(path, "its directory ends early")
      }
      entries.append(
        Entry(
          name: String(decoding: bytes[offset + 46..<offset + 46 + nameSize], as: UTF8.self),
          flags: try field(8, 2), method: try field(10, 2), checksum: UInt(try field(16, 4)),
          packedSize: try field(20, 4), size: try field(24, 4), headerOffset: try field(42, 4)))
      offset += 46 + nameSize + extra + comment
    }
    self.entries = entries
  }

  /// Whether bytes begin as an archive's do.
  static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// The content of a file.
  func contents(of entry: Entry) throws(DatasetError) -> [UInt8] {
    let source = "\(path): \(entry.name)"
    guard entry.flags & 1 == 0 else {
      throw DatasetError(source, .unusable(reason: "encrypted files can't be read"))
    }
    guard [entry.packedSize, entry.size, entry.headerOffset].allSatisfy({ $0 < 0xffff_ffff }) else {
      throw DatasetError(source, .unusable(reason: "files of 4 GiB and more can't be read"))
    }
    guard Self.number(bytes, at: entry.headerOffset, size: 4) == 0x0403_4b50,
      let nameSize = Self.number(bytes, at: entry.headerOffset + 26, size: 2),
      let extraSize = Self.number(bytes, at: entry.headerOffset + 28, size: 2)
    else { throw Self.damaged(source, "it isn't where the directory says") }
    let start = entry.headerOffset + 30 + nameSize + extraSize
    guard start + entry.packedSize <= bytes.count else {
      throw Self.damaged(source, "it ends early")
    }
    let packed = bytes[start..<start + entry.packedSize]
    let contents: [UInt8]
    switch entry.method {
    case 0: contents = Array(packed)
    case 8: contents = try Self.inflated(packed, size: entry.size, source)
    default:
      throw DatasetError(
        source,
        .unusable(
          reason: "zip's method \(entry.method) can't be read: use np.savez_compressed or np.savez")
      )
    }
    guard contents.count == entry.size else {
      throw Self.damaged(source, "\(entry.size) bytes expected, found \(contents.count)")
    }
    guard Self.checksum(contents) == entry.checksum else {
      throw Self.damaged(source, "its CRC-32 is wrong")
    }
    return contents
  }

  private static func inflated(
    _ packed: ArraySlice<UInt8>, size: Int, _ source: String
  ) throws(DatasetError) -> [UInt8] {
    // A directory that lies about the size takes no more memory than the file can unpack to.
    guard size / GzipReader.largestExpansion <= packed.count else {
      throw damaged(source, "it can't unpack to \(size) bytes")
    }
    // One byte more, so that a stream which goes on is noticed, and there is room for its end.
    var output = [UInt8](repeating: 0, count: size + 1)
    let progress = GzipInflater(isBare: true).inflate(packed, into: &output)
    if let failure = progress.failure {
      throw DatasetError(source, .corruptGzip(reason: failure))
    }
    guard progress.isMemberComplete else { throw damaged(source, "its deflate stream has no end") }
    output.removeLast(output.count - progress.produced)
    return output
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt {
    bytes.withUnsafeBufferPointer { UInt(crc32(0, $0.baseAddress, uInt($0.count))) }
  }

  private static func damaged(_ path: String, _ reason: String) -> DatasetError {
    DatasetError(path, .unusable(reason: "damaged zip archive: \(reason); get the file again"))
  }

  /// A little-endian number, or nil where the bytes end before.
  private static func number(_ bytes: [UInt8], at offset: Int, size: Int) -> Int? {
    guard offset >= 0, offset + size <= bytes.count else { return nil }
    return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
