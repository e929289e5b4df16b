/// What a published text claims, and what the study found about it.
public struct Claim: Codable, Hashable, Sendable {
  /// What became of a claim.
  public enum Verdict: String, Codable, Sendable {
    /// It holds here too, for the reason given.
    case confirmed
    /// It doesn't hold here.
    case refuted
    /// The figures repeat, but something else than the batch size of training causes them.
    case confounded
    /// The trials' intervals are too wide to tell.
    case undecided
  }

  /// The claim in short.
  public let text: String
  /// What became of it.
  public let verdict: Verdict
  /// The figures that decide.
  public let evidence: String
}
