import Datasets
import Foundation
import TrainingCore

/// What a run of the transfer study covers.
public struct TransferOptions: Codable, Hashable, Sendable {
  /// One of the two stages of a transfer.
  public struct Stage: Codable, Hashable, Sendable {
    /// Passes over the target's training images.
    public var epochs: Int
    /// The learning rate.
    public var learningRate: Double

    /// Creates a stage.
    ///
    /// - Parameters:
    ///   - epochs: Passes over the target's training images.
    ///   - learningRate: The learning rate.
    public init(epochs: Int, learningRate: Double) {
      self.epochs = epochs
      self.learningRate = learningRate
    }
  }

  /// How the base comes to its weights where no file has them.
  public struct Pretraining: Codable, Hashable, Sendable {
    /// Passes over the source's training images.
    public var epochs = 6
    /// The learning rate.
    public var learningRate = 2e-3
    /// Samples per step.
    public var batchSize = 64

    /// Creates the usual pretraining.
    public init() {}
  }

  /// The base: a model that ends with a map.
  public var base = "mobilenet-v2-tiny+notop"
  /// The batch sizes, ascending.
  public var batchSizes = [16, 32, 64, 128]
  /// Transfers of each batch size, which differ in their seed.
  public var trials = 3
  /// The first trial's seed; the next ones follow.
  public var seed: UInt64 = 1
  /// Stage 1: the head alone learns.
  public var first = Stage(epochs: 10, learningRate: 1e-3)
  /// Stage 2: the end of the base learns too.
  public var second = Stage(epochs: 10, learningRate: 2e-4)
  /// The share of the base's layers that stay frozen in stage 2: 100 of 155 as published.
  public var frozenShare = 100.0 / 155.0
  /// Weight of the old moving average at each step, Keras's momentum.
  public var momentum = 0.999
  /// What is done to the images of stage 2; nil for nothing.
  public var augmentation: Augmentation?
  /// Whether a target of several classes is made a task of two, three quarters of them positive.
  public var isBinary = false
  /// How the base comes to its weights where no file has them.
  public var pretraining = Pretraining()

  /// Creates the options for the embedded images.
  public init() {}

  /// The text's own hyperparameters.
  public static var published: TransferOptions {
    var options = TransferOptions()
    options.base = "mobilenet-v2+input96+notop"
    options.first.learningRate = 1e-4
    options.second.learningRate = 2e-5
    options.augmentation = .published
    return options
  }

  /// RMSprop as published: ρ 0.9, ε 1e-7, in Keras's convention.
  static let optimizer = OptimizerSpec.rmsprop(
    RMSpropSpec(decay: 0.9, epsilon: 1e-7, convention: .keras))

  /// All epochs of a transfer.
  public var epochs: Int { first.epochs + second.epochs }

  /// The smallest batch size: for it the momentum was chosen.
  var referenceBatchSize: Int { batchSizes.first ?? 1 }

  /// The momentum that forgets as much per sample at any batch size: m^(B/B₀).
  ///
  /// - Parameter batchSize: The batch size B.
  /// - Returns: The weight of the old average at each step.
  public func matchedMomentum(batchSize: Int) -> Double {
    Foundation.pow(momentum, Double(batchSize) / Double(referenceBatchSize))
  }
}
