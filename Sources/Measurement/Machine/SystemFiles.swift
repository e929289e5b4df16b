import Foundation

/// How the system's small text files are read.
struct SystemFiles: Sendable {
  /// Why a file or a folder can't be read.
  enum Fault: Error, Hashable {
    case denied, missing
    /// Another reason, in words.
    case failed(String)

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
    guard let file = fopen(path, "re") else { return .failure(Fault(errno: errno)) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else { return .failure(Fault(errno: errno)) }
    return .success(String(decoding: bytes.prefix(count), as: UTF8.self))
  }

  /// Reads a whole number that is not negative, with white space around it.
  func count(at path: String) throws(ReadingFault) -> UInt64 {
    let text = try contents(of: path)
    guard let count = UInt64(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .noCount(text, at: path)
    }
    return count
  }

  /// Reads text that is not empty, and takes off the white space around it.
  func contents(of path: String) throws(ReadingFault) -> String {
    switch text(path) {
    case .success(let text):
      let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard !trimmed.isEmpty else { throw ReadingFault("\(path) is empty") }
      return trimmed
    case .failure(.denied):
      throw ReadingFault("permission denied: \(path), which many systems let only root read")
    case .failure(.missing): throw ReadingFault("\(path) is not there, or no longer")
    case .failure(.failed(let reason)): throw ReadingFault("\(path) can't be read: \(reason)")
    }
  }
}

/// Why a number of the system's can't be read, or a counter tells no energy, in one line.
struct ReadingFault: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// A file holds something else than a count; an excerpt of it says what.
  static func noCount(_ contents: String, at path: String) -> ReadingFault {
    let most = 24
    let excerpt = String(contents.prefix(most)).debugDescription
    return ReadingFault(
      "\(path) holds \(excerpt)\(contents.count > most ? " …" : ""), which is no count")
  }
}
