import Foundation

/// Where a progress bar draws, and the clock that it reads.
package struct ProgressTerminal: Sendable {
  /// Whether a person watches the bar; it isn't drawn otherwise.
  package var isTerminal: Bool
  /// The terminal's width in columns, asked before each drawing.
  package var columns: @Sendable () -> Int
  /// The time in seconds on a clock that never goes back.
  package var now: @Sendable () -> Double
  /// Writes text to the terminal as it is.
  package var write: @Sendable (String) -> Void
  /// Writes a line to redirected output; `nil` where a person watches instead.
  package var log: (@Sendable (String) -> Void)?

  /// Standard error for the bar, and standard output for lines where either is redirected.
  ///
  /// Standard error is no terminal if `TERM` says that it can't erase.
  package static var standard: ProgressTerminal {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    let origin = ContinuousClock.now
    var standard = ProgressTerminal(
      isTerminal: isatty(STDERR_FILENO) == 1 && kind != "dumb",
      columns: {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
      }, now: { (ContinuousClock.now - origin) / .seconds(1) },
      // Progress that the terminal refuses is not worth an error.
      write: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) })
    if !standard.isTerminal || isatty(STDOUT_FILENO) != 1 {
      standard.log = { try? FileHandle.standardOutput.write(contentsOf: Data("\($0)\n".utf8)) }
    }
    return standard
  }
}
