/// Why a benchmark ends without its result: one line, and the exit status that says so.
enum BenchmarkError: Error, Equatable, CustomStringConvertible {
  /// It was called wrongly: status 2.
  case misuse(String)
  /// It was called rightly and failed: status 1.
  case failure(String)

  var status: Int32 {
    switch self {
    case .misuse: 2
    case .failure: 1
    }
  }

  var description: String {
    switch self {
    case .misuse(let line), .failure(let line): line
    }
  }
}
