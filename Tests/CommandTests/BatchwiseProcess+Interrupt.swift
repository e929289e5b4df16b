import Foundation
import Testing

extension BatchwiseProcess {
  /// Interrupts the program, as Ctrl-C does, once it has begun to listen.
  ///
  /// - Parameter process: The running program.
  /// - Throws: If it ends before it listens.
  static func interrupt(_ process: Process) throws {
    while process.isRunning, !listens(process) { usleep(500) }
    try #require(process.isRunning, "the program ended before it could be interrupted")
    process.interrupt()
  }

  /// Ends the program's terminal, once it has begun to listen.
  ///
  /// - Parameter process: The running program.
  /// - Throws: If it ends before it listens.
  static func hangUp(_ process: Process) throws {
    while process.isRunning, !listens(process) { usleep(500) }
    try #require(process.isRunning, "the program ended before its terminal could")
    kill(process.processIdentifier, SIGHUP)
  }

  /// Whether a process has handlers for SIGINT and SIGHUP: on Linux the kernel tells, elsewhere it is given
  /// time.
  private static func listens(_ process: Process) -> Bool {
    #if os(Linux)
      let path = "/proc/\(process.processIdentifier)/status"
      guard let status = try? String(contentsOfFile: path, encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") }),
        let mask = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16)
      else { return false }
      return [SIGINT, SIGHUP].allSatisfy { mask & 1 << UInt64($0 - 1) != 0 }
    #else
      usleep(500_000)
      return true
    #endif
  }
}
