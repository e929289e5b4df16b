import Files
import Foundation
import Synchronization

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

  package static func json(_ value: some Encodable) throws {
    try text(String(decoding: try encodedJSON(value), as: UTF8.self))
  }

  /// A word as it is typed in a shell, quoted where that is needed.
  package static func word(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:".contains($0) }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// Prints a line after the program's name to standard error.
  package static func error(_ text: String, of program: String) { note("\(program): \(text)") }

  /// Prints a line to standard error: what a user should know, and no program reads.
  package static func note(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(Printable.line(text))\n".utf8))
  }

  /// Shows on standard error what is being measured, on a line that the next call overwrites.
  ///
  /// Nothing is written where standard error is no terminal; an empty text clears the line.
  package static func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let line = "\r\u{1B}[K" + Printable.line(text).prefix(78)
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
}

/// Whether the user has asked to stop.
///
/// The first interrupt, request to terminate, or end of the terminal is remembered, for the command to
/// stop at the next step and save; the second ends the process as if nobody had listened.
package enum Interrupt {
  private static let requested = Atomic(false)

  package static func listen() {
    // A process that nohup started ignores the end of its terminal, and keeps ignoring it.
    let ignoresHangup =
      unsafeBitCast(signal(SIGHUP, SIG_IGN), to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    for signalNumber in ignoresHangup ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP] {
      signal(signalNumber) { number in
        if Interrupt.requested.exchange(true, ordering: .relaxed) {
          signal(number, SIG_DFL)
          raise(number)
        }
      }
    }
  }

  /// Ends a command that keeps nothing of what it has begun, where an interrupt has come.
  package static func check() throws(CommandError) {
    if isRequested { throw .interrupted("interrupted: run the same command again") }
  }

  package static var isRequested: Bool { requested.load(ordering: .relaxed) }
}
