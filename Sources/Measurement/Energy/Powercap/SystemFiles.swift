import Foundation

/// How the system's small text files are read.
struct SystemFiles: Sendable {
  /// Why a file or a folder can't be read.
  enum Fault: Error, Hashable {
    /// It may not be.
    case denied
    /// It is not there.
    case missing
    /// Another reason, in words.
    case failed(String)

    /// Sorts out an error number of the system.
    init(errno number: Int32) {
      switch number {
      case EACCES, EPERM: self = .denied
      // A device's file whose device went away fails with ENODEV or ENXIO.
      case ENOENT, ENOTDIR, ENODEV, ENXIO: self = .missing
      default: self = .failed(String(cString: strerror(number)))
      }
    }
  }

  /// The names in a folder, in any order.
  let names: @Sendable (_ folder: String) -> Result<[String], Fault>

  /// The beginning of a file's text, 4096 bytes at most.
  let text: @Sendable (_ path: String) -> Result<String, Fault>

  /// The running system's.
  static let system = SystemFiles(names: listFolder, text: readFile)

  private static func listFolder(_ path: String) -> Result<[String], Fault> {
    guard let folder = opendir(path) else { return .failure(Fault(errno: errno)) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return .success(names)
  }

  private static func readFile(_ path: String) -> Result<String, Fault> {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return .failure(Fault(errno: errno)) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    var count = 0
    while count < bytes.count {
      let part = bytes.withUnsafeMutableBytes { buffer in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
        return read(file, rest.baseAddress, rest.count)
      }
      if part < 0, errno == EINTR { continue }
      guard part >= 0 else { return .failure(Fault(errno: errno)) }
      if part == 0 { break }
      count += part
    }
    return .success(String(decoding: bytes.prefix(count), as: UTF8.self))
  }

  /// Reads a whole number that is not negative.
  ///
  /// - Parameter path: the file, which holds the number and white space around it.
  /// - Returns: the number.
  /// - Throws: why there is none.
  func count(at path: String) throws(CounterFault) -> UInt64 {
    let text = try contents(of: path)
    guard let count = UInt64(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .garbage(path: path, contents: CounterFault.excerpt(text))
    }
    return count
  }

  /// Reads text without white space around it.
  ///
  /// - Parameter path: the file.
  /// - Returns: the text, which is not empty.
  /// - Throws: why there is none.
  func contents(of path: String) throws(CounterFault) -> String {
    switch text(path) {
    case .success(let text):
      let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard !trimmed.isEmpty else { throw .empty(path: path) }
      return trimmed
    case .failure(.denied): throw .denied(path: path)
    case .failure(.missing): throw .missing(path: path)
    case .failure(.failed(let reason)): throw .unreadable(path: path, reason: reason)
    }
  }
}
