import TrainingCore

/// What a run of the fixed-batch-size study covers.
public struct FixedBatchSizeOptions: Codable, Hashable, Sendable {
  /// One way to choose the learning rate for a batch size.
  public struct Arm: Codable, Hashable, Sendable {
    /// The optimizer.
    public var optimizer: OptimizerSpec
    /// The learning rate at the base batch size.
    public var learningRate: Double
    /// How it follows the batch size.
    public var scaling: LearningRateScaling

    /// What the arm is called in results: `adam`, `adam-sqrt`, `sgd-linear`.
    public var name: String {
      scaling == .none ? optimizer.name : "\(optimizer.name)-\(scaling.rawValue)"
    }

    /// The published arm: Adam at 0.001 whatever the batch size.
    public static let published = Arm(
      optimizer: .adam(AdamSpec()), learningRate: 0.001, scaling: .none)

    /// The arms that change nothing but how the rate follows the batch size.
    public static let controlled = [
      Arm(optimizer: .adam(AdamSpec()), learningRate: 0.001, scaling: .squareRoot),
      Arm(optimizer: .sgd(SGDSpec()), learningRate: 0.05, scaling: .none),
      Arm(optimizer: .sgd(SGDSpec()), learningRate: 0.05, scaling: .linear),
    ]
  }

  /// Names of the models.
  public var models: [String]
  /// Training batch sizes, which are also the inference batch sizes.
  public var batchSizes: [Int]
  /// Trainings of each cell, which differ in their seed.
  public var trials: Int
  /// Passes over the training set.
  public var epochs: Int
  /// The first trial's seed; the next ones follow.
  public var seed: UInt64
  /// The batch size for which the arms' learning rates are meant.
  public var baseBatchSize = 64
  /// Seconds that measuring the latencies of one inference batch size takes.
  public var latencySeconds = 1.6

  /// Creates options.
  ///
  /// - Parameters:
  ///   - models: Names of the models.
  ///   - batchSizes: Training and inference batch sizes.
  ///   - trials: Trainings of each cell.
  ///   - epochs: Passes over the training set.
  ///   - seed: The first trial's seed.
  public init(
    models: [String], batchSizes: [Int] = [1, 16, 64, 128], trials: Int, epochs: Int = 2,
    seed: UInt64 = 1
  ) {
    self.models = models
    self.batchSizes = batchSizes
    self.trials = trials
    self.epochs = epochs
    self.seed = seed
  }
}
