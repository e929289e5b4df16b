import Foundation

/// A folder that results are written to, one whole file at a time.
///
/// Opening it creates it and writes to it, so that an unwritable folder or a full disk is noticed
/// before the work whose results it is for.
public struct OutputFolder: Sendable {
  /// Where the folder is.
  package let url: URL

  /// Opens a folder for writing, and creates it with the folders above it where they are missing.
  ///
  /// Drafts that a killed process left there more than a day ago are removed. A folder that can't be
  /// created or written to throws `OutputError.system`.
  package init(_ url: URL) throws(OutputError) {
    self.url = url
    try Self.createFolder(url)
    removeStaleDrafts()
    // A page of data, not an empty file: a full disk still has room for a name.
    try requireSpace(forBytes: 4096)
  }

  /// Proves that a file of so many bytes can be written, by writing one and removing it.
  package func requireSpace(forBytes count: Int) throws(OutputError) {
    let probe = newDraft()
    defer { unlink(probe.path) }
    try Self.writeFile(Data(repeating: 0x20, count: count), at: probe, reportedAs: url)
  }

  /// Writes a file whole or not at all: readers see the old contents or the new, never a part.
  ///
  /// The name is without a folder. If the system refuses, a file that was there before is untouched.
  @discardableResult
  package func write(_ contents: Data, as name: String) throws(OutputError) -> URL {
    try write([(name, contents)])
    return url.appending(path: name)
  }

  /// Writes files that belong together: none replaces an older one before all are written.
  ///
  /// On an error, files that were there before are untouched, unless the system refuses a new name to a
  /// file that is already written.
  package func write(_ files: [(name: String, contents: Data)]) throws(OutputError) {
    var drafts: [(draft: URL, target: URL)] = []
    do throws(OutputError) {
      for (name, contents) in files {
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0")
        else { throw .invalidFileName(name) }
        try requireReplaceable(name)
        let target = url.appending(path: name)
        drafts.append((newDraft(), target))
        try Self.writeFile(contents, at: drafts[drafts.count - 1].draft, reportedAs: target)
      }
      for (draft, target) in drafts {
        guard rename(draft.path, target.path) == 0 else {
          throw .system(action: "replace", path: target.path, code: errno)
        }
      }
    } catch {
      for (draft, _) in drafts { unlink(draft.path) }
      throw error
    }
    synchronizeFolder()
  }

  /// Proves that nothing but a regular file would be replaced: not a device, a pipe, a folder, or a
  /// link to somewhere else.
  package func requireReplaceable(_ name: String) throws(OutputError) {
    let path = url.appending(path: name).path
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
  }

  /// Writes a text file in UTF-8, whole or not at all.
  @discardableResult
  package func write(_ contents: String, as name: String) throws(OutputError) -> URL {
    try write(Data(contents.utf8), as: name)
  }

  private static func createFolder(_ url: URL) throws(OutputError) {
    var path = ""
    for component in url.absoluteURL.standardizedFileURL.pathComponents where component != "/" {
      path += "/" + component
      if mkdir(path, 0o777) != 0 {
        let code = errno
        var status = stat()
        let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        guard isFolder else { throw .system(action: "create the folder", path: path, code: code) }
      }
    }
  }

  /// Adds to the end of a file, which is created where it is missing, and flushes it.
  package func append(_ contents: Data, to name: String) throws(OutputError) {
    let file = url.appending(path: name)
    try Self.writeFile(contents, at: file, reportedAs: file, flag: O_APPEND)
  }

  /// Writes to a new file, or with `O_APPEND` for a flag to the end of one that may be there.
  private static func writeFile(
    _ contents: Data, at url: URL, reportedAs shown: URL, flag: Int32 = O_EXCL
  ) throws(OutputError) {
    let descriptor = open(url.path, O_WRONLY | O_CREAT | flag | O_CLOEXEC, 0o666)
    var code = descriptor >= 0 ? writeAll(contents, to: descriptor) : errno
    if descriptor >= 0, close(descriptor) != 0, code == 0 { code = errno }
    if code != 0 { throw .system(action: "write", path: shown.path, code: code) }
  }

  /// Makes the new name durable; some file systems refuse it, which loses nothing but that.
  private func synchronizeFolder() {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// Writes and flushes everything; the system's error number, or zero.
private func writeAll(_ contents: Data, to descriptor: Int32) -> Int32 {
  contents.withUnsafeBytes { bytes in
    var rest = bytes
    while !rest.isEmpty {
      let count = write(descriptor, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      } else if count == 0 {
        return EIO
      } else if errno != EINTR {
        return errno
      }
    }
    while fsync(descriptor) != 0 {
      guard errno == EINTR else { return errno }
    }
    return 0
  }
}

/// Drafts: files that are being written, and get their name once they are whole.
extension OutputFolder {
  private static let prefix = ".batchwise-"
  private static let suffix = ".tmp"

  /// The age in seconds from which no process can still be writing a draft.
  ///
  /// If one is after all, because it was suspended, its write fails and the old file stays.
  static let staleAge = 86_400

  /// A name that no other file has.
  func newDraft() -> URL { url.appending(path: Self.prefix + UUID().uuidString + Self.suffix) }

  /// Removes the drafts of processes that were killed, and no file that isn't surely one.
  ///
  /// What can't be removed does no harm but to take space, so errors are passed over.
  func removeStaleDrafts() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    for name in names where name.hasPrefix(Self.prefix) && name.hasSuffix(Self.suffix) {
      let id = name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)
      let path = url.appending(path: name).path
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      guard UUID(uuidString: String(id)) != nil,
        attributes?[.type] as? FileAttributeType == .typeRegular,
        let modified = attributes?[.modificationDate] as? Date
      else { continue }
      if -modified.timeIntervalSinceNow > Double(Self.staleAge) { unlink(path) }
    }
  }
}
