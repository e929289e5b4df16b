import Synchronization

@testable import Measurement

/// Files that a test makes up and changes while they are read.
final class SimulatedFiles: Sendable {
  typealias Contents = Result<String, SystemFiles.Fault>

  static let root = "/simulated"

  private let contents = Mutex<[String: Contents]>([:])

  /// A file's contents, by its path below the root; nil where there is none.
  subscript(path: String) -> Contents? {
    get { contents.withLock { $0["\(Self.root)/\(path)"] } }
    set { contents.withLock { $0["\(Self.root)/\(path)"] = newValue } }
  }

  /// Takes a folder away with all that is in it.
  func remove(_ folder: String) {
    contents.withLock { files in
      files = files.filter { !$0.key.hasPrefix("\(Self.root)/\(folder)/") }
    }
  }

  var files: SystemFiles {
    SystemFiles(
      names: { folder in
        let names = self.contents.withLock { files in
          Set(
            files.keys.filter { $0.hasPrefix("\(folder)/") }.compactMap {
              $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init)
            })
        }
        return names.isEmpty ? .failure(.missing) : .success(Array(names))
      },
      text: { path in self.contents.withLock { $0[path] } ?? .failure(.missing) })
  }

  /// The zones that the files make.
  func source(clock: MonotonicClock = .system) -> PowercapSource {
    PowercapSource(root: Self.root, files: files, clock: clock)
  }
}
