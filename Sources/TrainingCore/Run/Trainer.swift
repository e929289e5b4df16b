/// A trainer that computes losses and the gradient of their sum: what the laws of splitting ask for.
///
/// A trainer is a value: a copy trains independently of the original.
public protocol GradientTrainer: Sendable {
  /// Whether the trainer keeps this project's arithmetic contract, and so has the same bits for any
  /// split of a batch.
  ///
  /// A trainer that doesn't is allowed differences as large as rounding explains.
  static var promisesBits: Bool { get }

  /// Creates a trainer for a configuration, in a given state.
  ///
  /// - Parameters:
  ///   - configuration: Model, optimizer, clipping and seed; a trainer ignores the rest.
  ///   - state: The state to start from, or nil for `ModelState.initial`.
  ///   - threads: The threads that it may use, or nil for as many as there are processors. They
  ///     change the speed, not the result.
  /// - Throws: What `ModelSpec.shapes()` throws.
  init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError)

  /// The model that is trained.
  var model: ModelSpec { get }

  /// Weights, moving averages and optimizer state, copied out.
  var state: ModelState { get }

  /// Runs samples of one batch, or one part of it, forward and backward in training mode, adds to the
  /// gradient, and returns loss and hits of the forward pass.
  mutating func accumulateGradient(of batch: Batch) -> Tally

  /// The gradient of the *sum* of the losses accumulated since the last step, copied out: a tensor for
  /// each parameter, in the order of `ParameterLayout.parameters`; zeros for frozen layers.
  var gradient: [Tensor] { get }
}

extension GradientTrainer {
  /// By default, the bits are not promised.
  public static var promisesBits: Bool { false }
}

/// A trainer that also steps its optimizer: what the laws of steps and learning rates ask for.
///
/// A step is any number of `accumulateGradient` calls, one for each micro-batch, and one `step`.
public protocol SteppingTrainer: GradientTrainer {
  /// Steps taken since the initial weights.
  var steps: Int { get }

  /// Moves the weights against the accumulated gradient at the learning rate η, and clears it.
  ///
  /// `batchSize` samples went into the gradient, B; it is multiplied by 1/B. Where classes have
  /// weights, it is multiplied by 1/Σₙ w_tₙ instead, over the labels tₙ of these samples, whose weights
  /// the trainer adds up.
  mutating func step(learningRate: Double, batchSize: Int)
}

/// A whole trainer: what a training run asks for.
///
/// `train` is gradient and step at once for a batch that isn't split. A trainer may do that faster;
/// the bits are the same.
public protocol Trainer: SteppingTrainer {
  /// Trains on one batch: forward, backward, and a step.
  ///
  /// - Parameters:
  ///   - samples: The batch, as indices into the examples.
  ///   - examples: The data set.
  ///   - epoch: The epoch, from 0.
  ///   - learningRate: The learning rate η.
  ///   - upcoming: The batch that will be trained on next, with the same examples and epoch, or none
  ///     where that isn't known. It doesn't change a bit of the result.
  /// - Returns: Loss and hits before the step.
  mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally

  /// Runs samples forward in inference mode and returns the last layer's outputs, [N, classes].
  func outputs(for batch: Batch) -> [Float]

  /// Runs samples forward in inference mode and returns loss and hits.
  func evaluate(_ batch: Batch) -> Tally
}

extension Trainer {
  /// Trains on one batch by its gradient and a step; what is upcoming is ignored.
  public mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    let tally = accumulateGradient(of: Batch(samples, of: examples, epoch: epoch))
    step(learningRate: learningRate, batchSize: samples.count)
    return tally
  }

  /// Trains on one batch without knowing the next.
  public mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double
  ) -> Tally {
    train(on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: [])
  }

  /// Evaluates a whole data set in its own order, a tally per batch; `batchSize` changes the speed,
  /// not the result.
  public func evaluate(_ examples: Examples, batchSize: Int) -> [Tally] {
    let plan = BatchPlan(order: Array(0..<examples.count), batchSize: batchSize)
    return (0..<plan.count).map { evaluate(Batch(plan[$0], of: examples)) }
  }
}

/// A trainer for the study of online batch-size selection.
public protocol OnlineSelectionTrainer: Trainer {
  /// Runs samples forward in training mode, without a gradient: the loss and hits that
  /// `accumulateGradient` would return.
  ///
  /// Batch normalisation updates its running statistics where `updatesAverages` says so.
  mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally

  /// Replaces gradient and running statistics by those of another trainer of the same model.
  ///
  /// The next step is then made with a gradient that belongs to other weights.
  mutating func takeGradient(from other: Self)
}

/// A trainer for the study of transfer learning.
public protocol TransferTrainer: Trainer {
  /// The latest batch mean and variance of each normalising layer, those of the last group of the last
  /// pass, in the order of `ParameterLayout.statistics`.
  ///
  /// A moving average with any momentum can be made of them, whatever the model's own is.
  var latestStatistics: [Tensor] { get }

  /// Replaces the running statistics by mean and variance (divided by N) of each normalising layer's
  /// inputs over a whole data set of at least one sample, layer after layer, with the layers before it
  /// already replaced.
  ///
  /// Each sample's own moments and their combination are computed in Double, sample after sample, so
  /// that the bits don't depend on how the samples are divided. By the law of total variance, the
  /// variance is the mean of the samples' variances plus the variance of their means.
  mutating func measureStatistics(over examples: Examples)
}

/// A trainer that every study can be made with.
public typealias StudyTrainer = OnlineSelectionTrainer & TransferTrainer
