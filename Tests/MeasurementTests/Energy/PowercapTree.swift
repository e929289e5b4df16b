import Foundation

/// A powercap tree of real files, in a folder that is removed with it.
final class PowercapTree: Sendable {
  let root = NSTemporaryDirectory() + "/batchwise-powercap-\(UUID().uuidString)"

  /// Makes zones by their folders, each with a name and a counter that stands at 1 mJ.
  init(_ zones: [String: String]) throws {
    for (folder, name) in zones {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
      try write("\(name)\n", "\(folder)/name")
      try write("262143328850\n", "\(folder)/max_energy_range_uj")
      try write("1000\n", "\(folder)/energy_uj")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func write(_ text: String, _ file: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(root)/\(file)"))
  }

  /// Moves a zone's counter to so many microjoules above its beginning.
  func add(_ microjoules: Int, to folder: String) throws {
    try write("\(1000 + microjoules)\n", "\(folder)/energy_uj")
  }

  /// Lets a zone show another one's counter.
  func mirror(_ folder: String, of other: String) throws {
    let file = "\(root)/\(folder)/energy_uj"
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createSymbolicLink(
      atPath: file, withDestinationPath: "\(root)/\(other)/energy_uj")
  }
}
