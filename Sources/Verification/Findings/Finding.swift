/// A law's verdict on one trainer, model and batch, with what was measured.
public struct Finding: Codable, Hashable, Sendable {
  /// Whether a law keeps its promise.
  public enum Verdict: String, Codable, Sendable {
    /// What was measured is what was promised.
    case holds
    /// It isn't.
    case fails
    /// The law says nothing about such a model, batch or split.
    case notApplicable = "not applicable"
    /// The measurement doesn't decide it.
    case cannotTell = "can't tell"
  }

  /// The subject of a law.
  public enum About: String, Codable, Sendable {
    /// What the trainer computes.
    case trainer = "the trainer"
    /// The model's loss as a function of its weights, whoever trains it.
    case model = "the model"
    /// The formula of a rule, whatever model and trainer.
    case rule = "the rule"
  }

  /// The law, in a few words.
  public let law: String
  /// Whether it is about the trainer, the model or a rule.
  public private(set) var about = About.trainer
  /// What it promises.
  public let promise: String
  /// What was measured, or why nothing was.
  public private(set) var measured: String
  /// Whether the promise is kept.
  public let verdict: Verdict
  /// The article, and the tests of this project, that explain it.
  public let explanation: String

  func remarking(_ remark: String) -> Finding {
    var finding = self
    finding.measured += remark
    return finding
  }
}
