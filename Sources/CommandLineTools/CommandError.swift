import Foundation

/// Why a command ends without its result, with the exit status that says so.
package enum CommandError: Error, Equatable, CustomStringConvertible {
  /// The command was called wrongly: status 2.
  case misuse(String)
  /// The command was called rightly and failed: status 1.
  case failure(String)
  /// The user interrupted it, and what there was is saved: status 1.
  case interrupted(String)

  /// The exit status.
  package var status: Int32 {
    switch self {
    case .misuse: 2
    case .failure, .interrupted: 1
    }
  }

  /// What went wrong, in one line.
  package var description: String {
    switch self {
    case .misuse(let line), .failure(let line), .interrupted(let line): line
    }
  }
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
