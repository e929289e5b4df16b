import Files
import Foundation

/// What a program prints, apart from a progress bar.
package enum Console {
  /// Prints a line to standard output at once.
  package static func line(_ line: String = "") throws(CommandError) { try text(line + "\n") }

  /// Prints text to standard output at once.
  package static func text(_ text: String) throws(CommandError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw .failure("standard output can't be written to: is the disk full?")
    }
  }

  /// A word as it is typed in a shell, quoted where that is needed.
  package static func word(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.allSatisfy {
        $0.isLetter || $0.isNumber || "-_./:".contains($0)
      }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// Prints a program's line to standard error.
  package static func error(_ text: String, of program: String) {
    try? FileHandle.standardError.write(
      contentsOf: Data("\(Printable.line("\(program): \(text)"))\n".utf8))
  }

  /// Says on standard error what is being measured, where that is a terminal: one line that is
  /// written over by the next, and empty at last.
  package static func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let line = "\r\u{1B}[K" + Printable.line(text).prefix(78)
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
}
