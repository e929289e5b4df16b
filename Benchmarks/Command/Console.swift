import Foundation
import OutputFiles

/// What the program prints.
enum Console {
  /// Prints a line to standard output at once.
  static func line(_ line: String = "") throws(BenchmarkError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
    } catch {
      throw .failure("standard output can't be written to: is the disk full?")
    }
  }

  /// Says on standard error what is being measured, where that is a terminal: one line that is
  /// written over by the next, and empty at last.
  static func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let line = "\r\u{1B}[K" + Printable.line(text).prefix(78)
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
}
