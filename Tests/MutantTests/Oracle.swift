/// A suite of `GradientTests` that a mutant has to face.
enum Oracle: String, CaseIterable, Codable {
  case exact = "ExactGradientTests"
  case dual = "DualGradientTests"
  case taylor = "TaylorTests"
  case adjoint = "AdjointTests"
  case centralDifferences = "GradientCheckTests"
  case commonPractice = "CommonPracticeTests"

  /// The heading of its column.
  var heading: String {
    switch self {
    case .exact: "exact, in a field"
    case .dual: "dual numbers"
    case .taylor: "Taylor remainders"
    case .adjoint: "adjoint identity"
    case .centralDifferences: "central differences, computed bound"
    case .commonPractice: "common practice"
    }
  }
}

/// What the oracles say of a mutant.
struct Verdict: Codable, Equatable {
  /// The oracles that fail with it.
  let killers: [Oracle]

  /// Reads what Swift Testing printed.
  ///
  /// - Parameter output: The lines of a run.
  /// - Throws: `MutantError.noVerdict` unless every oracle has passed or failed.
  init(of output: String) throws {
    let lines = output.split(separator: "\n")
    var killers: [Oracle] = []
    for oracle in Oracle.allCases {
      if lines.contains(where: { $0.contains("Suite \(oracle.rawValue) failed after ") }) {
        killers.append(oracle)
      } else if !lines.contains(where: { $0.contains("Suite \(oracle.rawValue) passed after ") }) {
        throw MutantError.noVerdict(oracle.rawValue, output: String(output.suffix(2000)))
      }
    }
    self.killers = killers
  }

  /// Whether an oracle of this project's fails; the common practice is none.
  var isKilled: Bool { killers.contains { $0 != .commonPractice } }
}

/// Why there is no verdict on a mutant.
enum MutantError: Error {
  case doesNotApply(String)
  case doesNotBuild(output: String)
  case noVerdict(String, output: String)
  case doesNotStart(String)
}
