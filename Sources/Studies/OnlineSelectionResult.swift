import Measurement
import TrainingCore

/// Everything that the online-selection study measured.
public struct OnlineSelectionResult: Codable, Sendable {
  /// What was run.
  public var options: OnlineSelectionOptions
  /// The arms.
  public var arms: [OnlineSelectionOptions.Arm]
  /// What it was run on.
  public var data: DataSummary
  /// The machine that it ran on.
  public var machine: MachineDescription
  /// The trainer that ran it and its threads.
  public var engine: String
  /// Whether every training is there; false where an interrupt came before that.
  public var isComplete = false
  /// What an epoch of each model and arm costs.
  public var costs: [Cost] = []
  /// One entry per model and controlled arm: the learning rate that it chose.
  public var rates: [ChosenRate] = []
  /// One entry per training.
  public var trainings: [Training] = []

  /// Which learning rate a training has.
  public enum Setting: String, Codable, Sendable {
    /// The published one, the same for all arms.
    case published
    /// The arm's own, chosen on the held-out part.
    case tuned
  }

  /// What an epoch costs, measured while nothing else ran.
  public struct Cost: Codable, Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// The arm's name.
    public var arm: String
    /// Seconds of each of some epochs.
    public var secondsPerEpoch: [Double]
    /// Samples run forward to score candidates, per training sample.
    public var scoredPerSample: Double
  }

  /// A learning rate chosen on the held-out part.
  public struct ChosenRate: Codable, Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// The arm's name.
    public var arm: String
    /// The rates tried, with the held-out loss after the last epoch; nil where it diverged.
    public var tried: [Tried]
    /// The rate of the smallest loss.
    public var chosen: Double

    /// One rate.
    public struct Tried: Codable, Hashable, Sendable {
      /// The learning rate at the base batch size.
      public var rate: Double
      /// The held-out loss after the last epoch; nil where it was not a number.
      public var validationLoss: Double?
    }
  }

  /// One training with its test.
  public struct Training: Codable, Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// The arm's name.
    public var arm: String
    /// Which learning rate it has.
    public var setting: Setting
    /// The trial, from 0; trials of the same number have the same seed.
    public var trial: Int
    /// The learning rate at the base batch size.
    public var learningRate: Double
    /// Each epoch as it went.
    public var epochs: [Epoch]
    /// Loss per test image.
    public var testLoss: Double
    /// Share of test images classified correctly.
    public var testAccuracy: Double
    /// The fingerprint of the trained state.
    public var fingerprint: String
  }

  /// One epoch of a training.
  public struct Epoch: Codable, Hashable, Sendable {
    /// Iterations, each of one base batch.
    public var iterations: Int
    /// How often each of the arm's candidates was chosen.
    public var choices: [Int]
    /// Iterations at which several candidates were equally good.
    public var ties: Int
    /// Each candidate's average loss over the epoch; empty where nothing is compared.
    public var candidateLosses: [Double]
    /// The learning rate at the base batch size in the last iteration.
    public var learningRate: Double
    /// Loss per sample in training mode, each at the weights before its own step.
    public var trainingLoss: Double
    /// Accuracy likewise.
    public var trainingAccuracy: Double
    /// Loss per held-out sample after the epoch.
    public var validationLoss: Double
    /// Accuracy on the held-out part after the epoch.
    public var validationAccuracy: Double
  }
}
