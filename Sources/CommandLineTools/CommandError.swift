import Foundation

/// Why a command ends without its result, with the exit status that says so.
package struct CommandError: Error, Equatable, CustomStringConvertible {
  /// The exit status.
  package let status: Int32
  /// What went wrong, in one line.
  package let description: String

  /// The command was called wrongly: status 2.
  package static func misuse(_ line: String) -> Self { Self(status: 2, description: line) }
  /// The command was called rightly and failed: status 1.
  package static func failure(_ line: String) -> Self { Self(status: 1, description: line) }
  /// The user interrupted it, and what there was is saved: status 1.
  package static func interrupted(_ line: String) -> Self { Self(status: 1, description: line) }
}

/// Runs a program's body and returns its exit status: 0 done, 1 failed or interrupted, 2 misused.
///
/// An error becomes one line on standard error, after the program's name.
package func exitStatus(of program: String, _ body: () throws -> Void) -> Int32 {
  // A file that grows beyond the process's limit must be an error of the write, not a kill.
  signal(SIGXFSZ, SIG_IGN)
  do {
    try body()
    return 0
  } catch {
    Console.error("\(error)", of: program)
    return (error as? CommandError)?.status ?? 1
  }
}
