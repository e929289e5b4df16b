/// A suite of `GradientTests` that a mutant has to face.
enum Oracle: String, CaseIterable, Codable {
  case exact = "GradientTests.ExactGradientTests/"
  case dual = "GradientTests.DualGradientTests/"
  case taylor = "GradientTests.TaylorTests/"
  case adjoint = "GradientTests.AdjointTests/"
  case centralDifferences = "GradientTests.GradientCheckTests/"
  case commonPractice = "GradientTests.CommonPracticeTests/"

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

  /// Whether an oracle of this project's fails; the common practice is none.
  var isKilled: Bool { killers.contains { $0 != .commonPractice } }
}

/// Why there is no verdict on a mutant.
enum MutantError: Error {
  case doesNotBuild(output: String)
  case noVerdict(String, output: String)
}
