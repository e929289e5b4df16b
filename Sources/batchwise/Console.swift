import Foundation
import OutputFiles

/// What the program prints, apart from a progress bar.
enum Console {
  /// Prints a line to standard output at once.
  static func line(_ line: String = "") { text(line + "\n") }

  /// Prints text to standard output at once; a reader who has gone away is no error.
  static func text(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  /// Prints a line to standard error.
  static func error(_ text: String) {
    try? FileHandle.standardError.write(
      contentsOf: Data("batchwise: \(Printable.line(text))\n".utf8))
  }
}
