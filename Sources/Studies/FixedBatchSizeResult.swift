import Measurement
import TrainingCore

/// Everything that the fixed-batch-size study measured.
public struct FixedBatchSizeResult: Codable, Sendable {
  /// What was run.
  public var options: FixedBatchSizeOptions
  /// What it was run on.
  public var data: DataSummary
  /// The machine that it ran on.
  public var machine: MachineDescription
  /// The trainer that ran it and its threads: `optimized, 2 threads`.
  public var engine: String
  /// Whether every cell is there; false where an interrupt came before that.
  public var isComplete = false
  /// The models' costs.
  public var models: [ModelFacts] = []
  /// One entry per training.
  public var trainings: [Training] = []
  /// One entry per model, training batch size and inference batch size.
  public var latencies: [Latency] = []
  /// One entry per model and inference batch size.
  public var energies: [Energy] = []

  /// What a model costs whatever the batch size.
  public struct ModelFacts: Codable, Hashable, Sendable {
    /// The model's name.
    public var name: String
    /// Parameters and operations.
    public var cost: ModelCost
    /// Bytes of a checkpoint that holds the weights alone.
    public var bytes: Int
  }

  /// One training with its test.
  public struct Training: Codable, Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// The arm's name.
    public var arm: String
    /// The training batch size.
    public var batchSize: Int
    /// The trial, from 0.
    public var trial: Int
    /// The learning rate after scaling.
    public var learningRate: Double
    /// Each epoch as it went.
    public var epochs: [EpochRecord]
    /// Whether it ran alone, so that its seconds mean something.
    public var isTimed: Bool
    /// Each epoch's training loss by the published formula: the sum of the batches' means divided
    /// by the number of samples.
    public var publishedLosses: [Double]
    /// Loss per test image.
    public var testLoss: Double
    /// Share of test images classified correctly.
    public var testAccuracy: Double
    /// Test accuracy by the published formula: the mean of the batches' accuracies.
    public var publishedTestAccuracy: Double
    /// Loss per sample over stretches of the training.
    public var curve: [CurvePoint]
    /// The fingerprint of the trained state.
    public var fingerprint: String
  }

  /// Loss over one stretch of a training.
  public struct CurvePoint: Codable, Hashable, Sendable {
    /// Samples seen by the end of the stretch.
    public var samples: Int
    /// Mean loss per sample within it, each at the weights of its own step.
    public var loss: Double
  }

  /// The energy of an image's inference, whatever the training batch size.
  public struct Energy: Codable, Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// Images per forward pass.
    public var inferenceBatchSize: Int
    /// The energy of one image, with how it is known.
    public var perImage: EnergyRecord
  }

  /// One latency.
  public struct Latency: Codable, Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// The batch size that the model was trained with.
    public var trainingBatchSize: Int
    /// The forward passes at one inference batch size.
    public var measured: InferenceLatency

    /// The images per forward pass.
    public var inferenceBatchSize: Int { measured.batchSize }

    /// Seconds per image, the mean over copies of the model.
    public var perImage: Seconds { measured.perImage }
  }
}
