import Foundation
import OutputFiles

/// What the program prints, apart from a progress bar.
enum Console {
  /// Prints a line to standard output at once.
  static func line(_ line: String = "") throws(CommandError) { try text(line + "\n") }

  /// Prints text to standard output at once.
  static func text(_ text: String) throws(CommandError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw .failure("standard output can't be written to: is the disk full?")
    }
  }

  /// A word as it is typed in a shell, quoted where that is needed.
  static func word(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.allSatisfy {
        $0.isLetter || $0.isNumber || "-_./:".contains($0)
      }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// Prints a line to standard error.
  static func error(_ text: String) {
    try? FileHandle.standardError.write(
      contentsOf: Data("batchwise: \(Printable.line(text))\n".utf8))
  }
}
