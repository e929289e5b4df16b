import Foundation

/// Runs a program and turns its outcome into an exit status.
///
/// What it throws is one line on standard error, behind the program's name.
///
/// - Parameters:
///   - program: The program's name.
///   - body: What it does.
/// - Returns: 0 done, 1 failed or interrupted, 2 misused.
package func exitStatus(of program: String, _ body: () throws -> Void) -> Int32 {
  // A file that grows beyond the process's limit is to be an error of the write, not a kill.
  signal(SIGXFSZ, SIG_IGN)
  do {
    try body()
    return 0
  } catch {
    Console.error("\(error)", of: program)
    return (error as? CommandError)?.status ?? 1
  }
}
