/// The findings about a training loop in another process, and the diagnosis of its faults.
public struct LoopReport: Codable, Sendable {
  /// One way of cutting the batch.
  public struct SplitResult: Codable, Sendable {
    /// Samples of each part.
    public let sizes: [Int]
    /// |split − whole|/|whole| of the effective gradients.
    public let difference: Double
    /// How much of that rounding explains.
    public let bound: Double
    /// The same difference in single precision, where it was measured.
    public var differenceInSingle: Double?
    /// How much permuted sums differ in single precision.
    public var spreadInSingle: Double?
    /// cⱼ, how much each part counts, where the split isn't the whole and it could be read off.
    public var weights: [Double]?
    /// c*ⱼ, how much each part counts in the whole batch's own gradient.
    public var expectedWeights: [Double]?
    /// How far the weights may be off.
    public var weightTolerance: Double?
    /// The share of the split's gradient that is no combination of the parts'.
    public var residual: Double?
    /// The share of the whole's gradient that is no combination of the parts'.
    public var wholeResidual: Double?
  }

  /// How a rule for smaller batches keeps the motion of the optimizer.
  public struct RuleResult: Codable, Sendable {
    /// The rule.
    public let rule: String
    /// The hyperparameters that it gives the parts.
    public let hyperparameters: [String: Hyperparameter]
    /// |motion of the parts − motion of the whole|/|motion of the whole|.
    public let off: Double
  }

  /// The framework, as the program names it.
  public let framework: String
  /// The program's samples.
  public let samples: Int
  /// Numbers that are learned.
  public let parameters: Int
  /// Numbers that were looked at, where tensors were thinned.
  public let parametersRead: Int
  /// The program's own optimizer.
  public let optimizer: String?
  /// Samples of the batch.
  public let batchSize: Int
  /// The precision of the comparison.
  public var precision: String
  /// Checks with their verdicts.
  public var findings: [Finding] = []
  /// The faults, the main one first.
  public var diagnosis: [Diagnosis] = []
  /// For each diagnosis, what it means here and what to change.
  public var advice: [String] = []
  /// The ways of cutting the batch.
  public var splits: [SplitResult] = []
  /// How rules for smaller batches keep the motion of the own optimizer.
  public var scaling: [RuleResult] = []
  /// The gradient noise scale, in samples, from this one batch; nil where it isn't told.
  public var noiseScale: Double?

  /// How many parts each batch of `scaling` is in.
  public var parts = 0

  /// Whether the loop is found to be right: nothing fails, and the splits could be judged.
  public var holds: Bool { holds(accepting: []) }

  /// Whether the loop is found to be right except for some faults.
  ///
  /// A fault that is diagnosed explains the rows that fail, but for those of splits, which
  /// `randomPerPass` and `wrongGradient` leave as they are.
  public func holds(accepting accepted: Set<Diagnosis>) -> Bool {
    guard diagnosis.allSatisfy(accepted.contains) else { return false }
    if diagnosis.isEmpty { return splitsHold && !findings.contains { $0.verdict == .fails } }
    return splitsHold || !accepted.isDisjoint(with: Self.splitting.intersection(diagnosis))
  }

  /// Faults of which a split that isn't the whole is a sign.
  private static let splitting = Set(Diagnosis.allCases).subtracting([
    .randomPerPass, .wrongGradient, .nondeterministic,
  ])

  /// Whether every split that was asked is the whole batch.
  public var splitsHold: Bool {
    !splitRows.isEmpty && splitRows.allSatisfy { $0.verdict == .holds }
  }

  /// Whether some split is not the whole batch.
  var splitFails: Bool { splitRows.contains { $0.verdict == .fails } }

  private var splitRows: [Finding] { findings.filter { $0.law.hasPrefix(Statement.split.law) } }
}
