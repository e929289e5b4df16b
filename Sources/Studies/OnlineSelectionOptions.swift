import TrainingCore

/// What a run of the online-selection study covers.
public struct OnlineSelectionOptions: Codable, Hashable, Sendable {
  /// One way to train.
  public struct Arm: Codable, Hashable, Sendable {
    /// What the arm is called in results: `fixed-256`, `minimum`, `minimum-published`.
    public let name: String
    /// How the batch size is chosen; a single candidate is fixed.
    public let selection: BatchSizeSelection
    /// The largest norm of a step's gradient, or nil for no clipping.
    public let clipNorm: Double?
    /// Whether the arm asks a question of the controlled part, with a learning rate of its own.
    public let isControlled: Bool
  }

  /// Names of the models: plain, with dropout, with batch normalisation.
  public var models = [
    "mlp:784-128-10", "mlp:784-128-10+dropout0.5", "mlp:784-128-10+batchnorm",
  ]
  /// The samples of an iteration.
  public var baseBatchSize: Int
  /// The batch sizes to choose from, in the order that decides ties.
  public var candidates: [Int]
  /// Trainings of each arm, which differ in their seed.
  public var trials: Int
  /// Passes over the training set.
  public var epochs: Int
  /// The first trial's seed; the next ones follow.
  public var seed: UInt64
  /// The learning rate at the base batch size, as published.
  public var learningRate = 0.01
  /// The rates that a controlled arm chooses its own from, by the loss of the held-out part.
  public var grid = [0.01, 0.03, 0.1, 0.3]

  /// Creates options.
  ///
  /// - Parameters:
  ///   - baseBatchSize: The samples of an iteration.
  ///   - candidates: The batch sizes to choose from.
  ///   - trials: Trainings of each arm.
  ///   - epochs: Passes over the training set.
  ///   - seed: The first trial's seed.
  public init(
    baseBatchSize: Int = 256, candidates: [Int] = [256, 128, 64], trials: Int = 5,
    epochs: Int = 8, seed: UInt64 = 1
  ) {
    self.baseBatchSize = baseBatchSize
    self.candidates = candidates
    self.trials = trials
    self.epochs = epochs
    self.seed = seed
  }

  /// The published optimizer: momentum 0.9, weight decay 5e-4.
  static let optimizer = OptimizerSpec.sgd(SGDSpec(momentum: 0.9, weightDecay: 5e-4))

  /// The published schedule: a tenth of the rate once the loss has not fallen by 0.5 % for more
  /// than 3 epochs.
  static func schedule(base: Double) -> LearningRateSchedule {
    LearningRateSchedule(
      base: base, decay: .plateau(patience: 3, factor: 0.1, threshold: 0.005))
  }

  /// The norm that the published loop clips to where it selects.
  static let publishedClipNorm = 5.0

  /// The name of the arm that the text compares with.
  public var baseline: String { "fixed-\(baseBatchSize)" }

  /// All arms.
  ///
  /// The fixed sizes come with the learning rate in proportion, as selection has it. Some arms take
  /// the published loop apart: with a fixed size, or with sizes by chance, it selects nothing, but
  /// its gradients pile up.
  ///
  /// - Throws: `StudyError` for candidates that don't divide the base batch or aren't distinct.
  public func arms() throws(StudyError) -> [Arm] {
    func selection(
      _ criterion: BatchSizeSelection.Criterion, _ procedure: BatchSizeSelection.Procedure,
      _ masks: BatchSizeSelection.Masks = .own, of candidates: [Int]
    ) throws(StudyError) -> BatchSizeSelection {
      try BatchSizeSelection(
        criterion, procedure: procedure, masks: masks, baseBatchSize: baseBatchSize,
        candidates: candidates)
    }
    func arm(
      _ name: String, _ selection: BatchSizeSelection, isControlled: Bool = true
    ) -> Arm {
      Arm(
        name: name, selection: selection,
        clipNorm: isControlled ? nil : Self.publishedClipNorm, isControlled: isControlled)
    }
    var fixedSizes = candidates
    if !fixedSizes.contains(baseBatchSize) { fixedSizes.insert(baseBatchSize, at: 0) }
    var arms: [Arm] = []
    for size in fixedSizes {
      arms.append(arm("fixed-\(size)", try selection(.minimum, .described, of: [size])))
    }
    arms.append(arm("random", try selection(.random, .described, of: candidates)))
    for criterion in [BatchSizeSelection.Criterion.minimum, .maximum] {
      let name = criterion.rawValue
      arms.append(arm(name, try selection(criterion, .described, of: candidates)))
      arms.append(
        arm("\(name)-fresh", try selection(criterion, .described, .fresh, of: candidates)))
      arms.append(
        arm(
          "\(name)-published", try selection(criterion, .published, of: candidates),
          isControlled: false))
    }
    arms.append(
      arm(
        "random-published", try selection(.random, .published, of: candidates),
        isControlled: false))
    for size in fixedSizes {
      arms.append(
        arm(
          "fixed-\(size)-published", try selection(.minimum, .published, of: [size]),
          isControlled: false))
    }
    return arms
  }
}
