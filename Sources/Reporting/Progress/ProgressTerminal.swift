import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

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

  /// Makes a terminal of its parts.
  package init(
    isTerminal: Bool, columns: @escaping @Sendable () -> Int, now: @escaping @Sendable () -> Double,
    write: @escaping @Sendable (String) -> Void, log: (@Sendable (String) -> Void)? = nil
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.now = now
    self.write = write
    self.log = log
  }

  /// Standard error for the bar, and standard output for lines where either is redirected.
  ///
  /// Standard error is no terminal if `TERM` says that it can't erase.
  package static var standard: ProgressTerminal {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    let origin = ContinuousClock.now
    var standard = ProgressTerminal(
      isTerminal: isatty(STDERR_FILENO) == 1 && kind != "dumb",
      columns: { width(of: STDERR_FILENO) }, now: { (ContinuousClock.now - origin) / .seconds(1) },
      write: { writeUnbuffered($0, to: STDERR_FILENO) })
    if !standard.isTerminal || isatty(STDOUT_FILENO) != 1 {
      standard.log = { writeUnbuffered($0 + "\n", to: STDOUT_FILENO) }
    }
    return standard
  }

  /// The width that the terminal reports, or 80 where it reports none.
  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    let result = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}

/// Writes what the terminal takes; progress that it refuses is not worth an error.
private func writeUnbuffered(_ text: String, to descriptor: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
