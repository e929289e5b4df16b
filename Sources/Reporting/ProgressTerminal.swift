import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a progress bar draws, and the clock that it goes by.
public struct ProgressTerminal: Sendable {
  /// Whether a person watches; nothing is written otherwise.
  public var isTerminal: Bool
  /// The terminal's width in columns, asked before each drawing.
  public var columns: @Sendable () -> Int
  /// The time in seconds on a clock that never goes back.
  public var now: @Sendable () -> Double
  /// Writes text as it is.
  public var write: @Sendable (String) -> Void

  /// A terminal.
  ///
  /// - Parameters:
  ///   - isTerminal: whether a person watches.
  ///   - columns: the width in columns.
  ///   - now: the time in seconds on a clock that never goes back.
  ///   - write: writes text as it is.
  public init(
    isTerminal: Bool, columns: @escaping @Sendable () -> Int,
    now: @escaping @Sendable () -> Double, write: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.now = now
    self.write = write
  }

  /// Standard error; no terminal if it is redirected, or if `TERM` says that it can't erase.
  public static var standardError: ProgressTerminal {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    let origin = ContinuousClock.now
    return ProgressTerminal(
      isTerminal: isatty(STDERR_FILENO) == 1 && kind != "dumb",
      columns: { width(of: STDERR_FILENO) },
      now: { (ContinuousClock.now - origin) / .seconds(1) },
      write: { writeUnbuffered($0, to: STDERR_FILENO) })
  }

  /// The width that the terminal reports, or 80 where it reports none.
  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    let result = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}

/// Writes what the terminal takes; a drawing that it refuses is not worth an error.
private func writeUnbuffered(_ text: String, to descriptor: Int32) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
