#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file, open for reading from its start to its end.
final class InputFile {
  let path: String
  /// The file's size in bytes when it was opened.
  let size: Int
  private let descriptor: CInt

  /// Opens a file.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: If there is no such file, it isn't a regular one, or it can't be opened.
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

  /// Reads on.
  ///
  /// - Parameter buffer: Where the bytes go.
  /// - Returns: The number of bytes read: 0 only at the end of the file.
  /// - Throws: If the system reports an error.
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
