#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The content of a file, gzipped or not, as a stream.
///
/// The file's first two bytes decide, 1f 8b being gzip's. Members of a gzip file that follow one
/// another are one content, as RFC 1952 has it. The caller says how much it wants, and memory grows
/// with what the file delivers, so that a small file can't fill it.
struct GzipReader: ~Copyable {
  /// The most bytes that one compressed byte of deflate unpacks to, rounded up.
  ///
  /// A match of 258 bytes takes at least two bits (https://zlib.net/zlib_tech.html).
  static let largestExpansion = 1032

  private static let chunk = 1 << 16

  let path: String
  /// The file's size in bytes, packed if it is gzipped.
  let fileSize: Int
  /// Whether the file is gzipped.
  let isGzipped: Bool

  private let file: InputFile
  private let inflater: GzipInflater?
  private let input = Buffer(capacity: Self.chunk)
  private let output = Buffer(capacity: Self.chunk)
  /// The part of `input` that is read from the file and not yet used.
  private var unread = 0..<0
  /// Where in the file `unread` starts.
  private var offset = 0
  private var isInsideMember: Bool

  /// Opens a file and reads its first bytes.
  init(path: String) throws(DatasetError) {
    let file = try InputFile(path: path)
    var filled = 0
    while filled < 2 {
      let count = try file.fill(input.rest(from: filled))
      if count == 0 { break }
      filled += count
    }
    self.path = path
    self.file = file
    fileSize = file.size
    unread = 0..<filled
    isGzipped = Self.isGzip(input, unread)
    inflater = isGzipped ? GzipInflater() : nil
    isInsideMember = isGzipped
  }

  /// The position of a byte of the content, as an error gives it: packed files are told from plain ones.
  func position(_ offset: Int) -> DatasetError.Position {
    isGzipped ? .unpackedByte(offset) : .byte(offset)
  }

  /// Reads the next bytes and returns how many were appended.
  ///
  /// Where these are fewer than `limit`, the content has ended, and zlib has found its checksums and
  /// lengths right.
  mutating func read(
    atMost limit: Int, appendingTo bytes: inout [UInt8]
  ) throws(DatasetError) -> Int {
    var total = 0
    while total < limit {
      let wanted = min(limit - total, Self.chunk)
      let count =
        if let inflater {
          try unpack(wanted, with: inflater, appendingTo: &bytes)
        } else {
          try copy(wanted, appendingTo: &bytes)
        }
      if count == 0 { break }
      total += count
    }
    return total
  }

  private mutating func copy(
    _ wanted: Int, appendingTo bytes: inout [UInt8]
  ) throws(DatasetError) -> Int {
    if unread.isEmpty { try refill() }
    let count = min(wanted, unread.count)
    bytes.append(contentsOf: input.bytes[unread.prefix(count)])
    use(count)
    return count
  }

  private mutating func unpack(
    _ wanted: Int, with inflater: GzipInflater, appendingTo bytes: inout [UInt8]
  ) throws(DatasetError) -> Int {
    while true {
      if !isInsideMember {
        guard try startNextMember(inflater) else { return 0 }
      }
      if unread.isEmpty { try refill() }
      guard !unread.isEmpty else { throw DatasetError(path, at: .byte(offset), .truncatedGzip) }
      let progress = inflater.inflate(
        .init(rebasing: input.bytes[unread]), into: .init(rebasing: output.bytes[..<wanted]))
      use(progress.consumed)
      if let failure = progress.failure {
        throw DatasetError(path, at: .byte(offset), .corruptGzip(reason: failure))
      }
      isInsideMember = !progress.isMemberComplete
      if progress.produced > 0 {
        bytes.append(contentsOf: output.bytes[..<progress.produced])
        return progress.produced
      }
    }
  }

  /// Goes on to the member that follows, unless the file ends here.
  private mutating func startNextMember(_ inflater: GzipInflater) throws(DatasetError) -> Bool {
    while unread.count < 2 {
      let before = unread.count
      try refill()
      if unread.count == before { break }
    }
    if unread.isEmpty { return false }
    guard Self.isGzip(input, unread) else {
      throw DatasetError(path, at: .byte(offset), .garbageAfterGzip)
    }
    inflater.startMember()
    isInsideMember = true
    return true
  }

  /// Reads more of the file after what is unread; nothing is added at the end of the file.
  private mutating func refill() throws(DatasetError) {
    input.moveToStart(unread)
    let count = try file.fill(input.rest(from: unread.count))
    unread = 0..<unread.count + count
  }

  private mutating func use(_ count: Int) {
    unread.removeFirst(count)
    offset += count
  }

  private static func isGzip(_ input: Buffer, _ unread: Range<Int>) -> Bool {
    unread.count >= 2 && input.bytes[unread.lowerBound] == 0x1f
      && input.bytes[unread.lowerBound + 1] == 0x8b
  }
}

/// A block of memory that zlib and the system can write to.
private final class Buffer {
  let bytes: UnsafeMutableBufferPointer<UInt8>

  init(capacity: Int) {
    bytes = .allocate(capacity: capacity)
    bytes.initialize(repeating: 0)
  }

  deinit { bytes.deallocate() }

  func rest(from start: Int) -> UnsafeMutableBufferPointer<UInt8> {
    .init(rebasing: bytes[start...])
  }

  func moveToStart(_ range: Range<Int>) {
    for (target, source) in range.enumerated() { bytes[target] = bytes[source] }
  }
}

/// A regular file, open for reading from its start to its end.
private final class InputFile {
  let path: String
  /// The file's size in bytes when it was opened.
  let size: Int
  private let descriptor: CInt

  init(path: String) throws(DatasetError) {
    // Without O_NONBLOCK, opening a pipe would wait for someone to write to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.lastError(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = Self.lastError(path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "neither file nor folder"
      throw DatasetError(path, .notAFile(found: found))
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads the next bytes and returns how many: 0 only at the end of the file.
  func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) -> Int {
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw Self.lastError(path) }
    }
  }

  private static func lastError(_ path: String) -> DatasetError {
    DatasetError(path, .unreadable(reason: String(cString: strerror(errno))))
  }
}
