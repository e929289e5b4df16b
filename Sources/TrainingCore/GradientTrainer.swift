/// What the laws of splitting ask of a trainer: losses, and the gradient of their sum.
///
/// A trainer is a value: a copy goes on by itself from where the original was.
public protocol GradientTrainer: Sendable {
  /// Whether the trainer keeps this project's arithmetic contract, and so has the same bits for any
  /// split of a batch.
  ///
  /// Of one that doesn't promise them, laws ask that differences are no larger than roundings.
  static var promisesBits: Bool { get }

  /// Creates a trainer for a configuration, in a given state.
  ///
  /// - Parameters:
  ///   - configuration: Model, optimizer, clipping and seed; the rest is the run's business.
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

  /// Runs samples forward and backward in training mode and adds to the gradient.
  ///
  /// - Parameter batch: Samples of one batch, or one part of it.
  /// - Returns: Loss and hits of the forward pass.
  mutating func accumulateGradient(of batch: Batch) -> Tally

  /// The gradient of the *sum* of the losses that were accumulated since the last step, copied out:
  /// a tensor for each parameter, in the order of `ParameterLayout.parameters`.
  ///
  /// Those of frozen layers are zeros.
  var gradient: [Tensor] { get }
}

extension GradientTrainer {
  /// Nothing is promised of bits.
  public static var promisesBits: Bool { false }
}

/// What the laws of steps and learning rates ask of a trainer besides: a step of its optimizer.
///
/// A step is any number of `accumulateGradient` calls and one `step`.
public protocol SteppingTrainer: GradientTrainer {
  /// Steps taken since the initial weights.
  var steps: Int { get }

  /// Moves the weights against the accumulated gradient and clears it.
  ///
  /// - Parameters:
  ///   - learningRate: The learning rate η.
  ///   - batchSize: The samples that went into the gradient, B; it is multiplied by 1/B.
  mutating func step(learningRate: Double, batchSize: Int)
}
