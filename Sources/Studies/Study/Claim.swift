/// What a published article claims, and what the study found about it.
package struct Claim: Codable, Hashable, Sendable {
  package enum Verdict: String, Codable, Sendable {
    /// The claim is true here too, for the reason given.
    case confirmed
    /// The claim is not true here.
    case refuted
    /// The figures repeat, but something else than the batch size of training causes them.
    case confounded
    /// The trials' intervals are too wide to tell.
    case undecided
  }

  /// What the claim is about, where there are several subjects, such as models.
  package var subject: String?
  /// The claim in short.
  package let text: String
  package let verdict: Verdict
  /// The figures that decide.
  package let evidence: String

  /// One line for a terminal.
  package var line: String {
    (subject.map { "\($0) · " } ?? "") + "\(verdict.rawValue): \(text)"
  }
}
