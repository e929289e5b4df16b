import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are being written and get their name once they are whole.
extension OutputFolder {
  private static let prefix = ".batchwise-"
  private static let suffix = ".tmp"

  /// The age in seconds from which no process can still be writing a draft.
  ///
  /// If one is after all, because it was suspended, its write fails and the old file stays.
  static let staleAge = 86_400

  /// A name that no other file has.
  func newDraft() -> URL {
    url.appending(path: Self.prefix + UUID().uuidString + Self.suffix)
  }

  /// Removes the drafts of processes that were killed, and no file that isn't surely one.
  ///
  /// What can't be removed does no harm but to take space, so errors are passed over.
  func removeStaleDrafts() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    for name in names where Self.isDraft(name) {
      let path = url.appending(path: name).path
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      if time(nil) - status.modified > Self.staleAge { unlink(path) }
    }
  }

  private static func isDraft(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(suffix)
      && UUID(uuidString: String(name.dropFirst(prefix.count).dropLast(suffix.count))) != nil
  }
}

extension stat {
  /// When the file was last written to, in seconds since 1970.
  fileprivate var modified: Int {
    #if canImport(Darwin)
      st_mtimespec.tv_sec
    #else
      st_mtim.tv_sec
    #endif
  }
}
