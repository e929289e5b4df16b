import Foundation

/// A folder of a test's own, removed with its content when the test lets go of it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/batchwise-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ bytes: [UInt8], _ name: String = "file") throws -> String {
    let file = "\(path)/\(name)"
    if let handle = FileHandle(forUpdatingAtPath: file) {
      // Some file systems wait for the disk when a file is emptied first and written again.
      try handle.write(contentsOf: Data(bytes))
      try handle.truncate(atOffset: UInt64(bytes.count))
      try handle.close()
    } else {
      try Data(bytes).write(to: URL(fileURLWithPath: file))
    }
    return file
  }
}
