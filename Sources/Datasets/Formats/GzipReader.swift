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

  fileprivate static let chunk = 1 << 16

  /// Whether the file is gzipped.
  let isGzipped: Bool

  private let file: InputFile
  private let inflater: GzipInflater?
  /// What is read from the file and not yet used.
  private var unread: ArraySlice<UInt8>
  /// Where in the file `unread` starts.
  private var offset = 0
  private var isInsideMember = false

  /// Opens a file and reads its first bytes.
  init(path: String) throws(DatasetError) {
    let file = try InputFile(path: path)
    var start: ArraySlice<UInt8> = []
    try file.extend(&start, toAtLeast: 2)
    isGzipped = Self.isGzip(start)
    inflater = isGzipped ? GzipInflater() : nil
    self.file = file
    unread = start
  }

  var path: String { file.path }
  /// The file's size in bytes, packed if it is gzipped.
  var fileSize: Int { file.size }

  /// The position of a byte of the content, as an error gives it: packed files are told from plain ones.
  func position(_ offset: Int) -> DatasetError.Position {
    isGzipped ? .unpackedByte(offset) : .byte(offset)
  }

  /// Reads the next bytes, `limit` of them or all that are left.
  ///
  /// Where these are fewer than `limit`, the content has ended, and zlib has found its checksums and
  /// lengths right. No more is reserved than the file's size, so that a header that lies takes no
  /// memory; what a gzipped file holds beyond that grows with what is unpacked.
  mutating func read(atMost limit: Int) throws(DatasetError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, fileSize))
    while bytes.count < limit {
      let wanted = min(limit - bytes.count, Self.chunk)
      let next =
        if let inflater {
          try unpack(wanted, with: inflater)
        } else {
          try copy(wanted)
        }
      if next.isEmpty { break }
      bytes += next
    }
    return bytes
  }

  private mutating func copy(_ wanted: Int) throws(DatasetError) -> ArraySlice<UInt8> {
    try file.extend(&unread, toAtLeast: 1)
    let next = unread.prefix(wanted)
    use(next.count)
    return next
  }

  private mutating func unpack(
    _ wanted: Int, with inflater: GzipInflater
  ) throws(DatasetError) -> ArraySlice<UInt8> {
    var output = [UInt8](repeating: 0, count: wanted)
    while true {
      if !isInsideMember {
        guard try startNextMember(inflater) else { return [] }
      }
      try file.extend(&unread, toAtLeast: 1)
      guard !unread.isEmpty else { throw DatasetError(path, at: .byte(offset), .truncatedGzip) }
      let progress = inflater.inflate(unread, into: &output)
      use(progress.consumed)
      if let failure = progress.failure {
        throw DatasetError(path, at: .byte(offset), .corruptGzip(reason: failure))
      }
      isInsideMember = !progress.isMemberComplete
      if progress.produced > 0 { return output.prefix(progress.produced) }
    }
  }

  /// Goes on to the member that follows, unless the file ends here.
  private mutating func startNextMember(_ inflater: GzipInflater) throws(DatasetError) -> Bool {
    try file.extend(&unread, toAtLeast: 2)
    if unread.isEmpty { return false }
    guard Self.isGzip(unread) else {
      throw DatasetError(path, at: .byte(offset), .garbageAfterGzip)
    }
    inflater.startMember()
    isInsideMember = true
    return true
  }

  private static func isGzip(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.starts(with: [0x1f, 0x8b])
  }

  private mutating func use(_ count: Int) {
    unread.removeFirst(count)
    offset += count
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

  /// Reads on until `bytes` has so many, or more, or the file ends.
  func extend(_ bytes: inout ArraySlice<UInt8>, toAtLeast least: Int) throws(DatasetError) {
    guard bytes.count < least else { return }
    var buffer = [UInt8](repeating: 0, count: GzipReader.chunk)
    while bytes.count < least {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return }
      guard count > 0 || errno == EINTR else { throw Self.lastError(path) }
      bytes += buffer.prefix(max(count, 0))
    }
  }

  private static func lastError(_ path: String) -> DatasetError {
    DatasetError(path, .unreadable(reason: String(cString: strerror(errno))))
  }
}
