/// Why a command ends without its result, with the exit status that says so.
package enum CommandError: Error, Equatable, CustomStringConvertible {
  /// The command was called wrongly: status 2.
  case misuse(String)
  /// The command was called rightly and failed: status 1.
  case failure(String)
  /// The user interrupted it: status 1, after what there is was saved.
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
