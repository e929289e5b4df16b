import Measurement
import TrainingCore

/// Everything that the transfer study measured.
public struct TransferResult: Codable, Sendable {
  /// How weights are validated, or trained.
  public enum Arm: String, CaseIterable, Codable, Sendable {
    /// The moving averages as training leaves them.
    case averages
    /// Moving averages whose momentum is matched to samples, on the same weights.
    case matched
    /// The statistics of the whole training set, on the same weights.
    case population
    /// A training of its own, in which frozen layers normalise by their averages.
    case inference
  }

  /// What was run.
  public var options: TransferOptions
  /// The source's name, or the file that the base's weights are from.
  public var source: String
  /// The task's images.
  public var data: DataSummary
  /// The machine that it ran on.
  public var machine: MachineDescription
  /// The trainer that ran it.
  public var engine: String
  /// Whether every transfer is there; false where an interrupt came before that.
  public var isComplete = false
  /// Share of the source's test images that the pretrained base classifies correctly; nil for weights
  /// from a file.
  public var sourceAccuracy: Double?
  /// One entry per transfer.
  public var transfers: [Transfer] = []

  /// One transfer.
  public struct Transfer: Codable, Hashable, Sendable {
    /// Samples per step.
    public var batchSize: Int
    /// Which of the trials, from 0.
    public var trial: Int
    /// Whether frozen layers normalise by their moving averages in training.
    public var isInferenceMode: Bool
    /// The epochs in their order, of both stages.
    public var epochs: [Epoch]
    /// The state's hash in the end.
    public var fingerprint: String
  }

  /// What an epoch came to.
  public struct Epoch: Codable, Hashable, Sendable {
    /// Steps since the averages began to forget the source.
    public var steps: Int
    /// Share of training images classified correctly, each in the pass that it was trained by.
    public var trainingAccuracy: Double
    /// Loss per training image, likewise.
    public var trainingLoss: Double
    /// Share of validation images classified correctly with the moving averages.
    public var averages: Double
    /// The same with the matched momentum; nil in inference mode, as all that follow.
    public var matched: Double?
    /// The same with the population's statistics.
    public var population: Double?
    /// The share of the source's statistics that is left in the averages.
    public var sourceShare: Double?
    /// The same in those of matched momentum.
    public var matchedSourceShare: Double?
  }
}
