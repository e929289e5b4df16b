import Foundation

/// The commit that figures belong to.
enum SourceVersion {
  /// The commit of the current folder's checkout, with `-dirty` where files differ from it.
  ///
  /// It is nil where there is no checkout or no Git.
  static var current: String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude", "*"]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    let output = try? pipe.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let output else { return nil }
    let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    return text.isEmpty ? nil : text
  }
}

/// How busy the machine is with other things.
enum SystemLoad {
  /// Threads that ran or waited to, as an average over the last minute; nil where nobody counts.
  static var lastMinute: Double? {
    var average = 0.0
    return getloadavg(&average, 1) == 1 ? average : nil
  }
}
