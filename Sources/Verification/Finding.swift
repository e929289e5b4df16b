/// What became of a law on one model and its data.
public struct Finding: Codable, Hashable, Sendable {
  /// Whether a law keeps its promise.
  public enum Verdict: String, Codable, Sendable {
    /// What was measured is what was promised.
    case holds
    /// It isn't.
    case fails
    /// The law says nothing about such a model, batch or split.
    case notApplicable = "not applicable"
  }

  /// The law, in a few words.
  public let law: String
  /// What it promises.
  public let promise: String
  /// What was measured, or why nothing was.
  public let measured: String
  /// Whether the promise is kept.
  public let verdict: Verdict
  /// The article, and the tests of this project, that explain it.
  public let explanation: String

  /// Creates a finding.
  ///
  /// - Parameters:
  ///   - law: The law, in a few words.
  ///   - promise: What it promises.
  ///   - measured: What was measured, or why nothing was.
  ///   - verdict: Whether the promise is kept.
  ///   - explanation: The article, and the tests of this project, that explain it.
  public init(
    law: String, promise: String, measured: String, verdict: Verdict, explanation: String
  ) {
    self.law = law
    self.promise = promise
    self.measured = measured
    self.verdict = verdict
    self.explanation = explanation
  }
}
