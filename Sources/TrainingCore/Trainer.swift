/// Samples as a trainer takes them: gathered, in the order of the batch.
public struct Batch: Sendable {
  /// Inputs, [N, I].
  public let inputs: [Float]
  /// Classes, [N].
  public let labels: [UInt8]
  /// The samples' indices in their data set, [N]: their dropout masks are drawn by these.
  public let samples: [Int]
  /// The epoch, from 0.
  public let epoch: Int

  /// Gathers a batch.
  ///
  /// - Parameters:
  ///   - samples: Indices into the examples.
  ///   - examples: The data set.
  ///   - epoch: The epoch, from 0.
  public init(_ samples: some Collection<Int>, of examples: Examples, epoch: Int = 0) {
    let size = examples.shape.count
    var inputs: [Float] = []
    inputs.reserveCapacity(samples.count * size)
    for sample in samples { inputs += examples.inputs[sample * size..<(sample + 1) * size] }
    self.inputs = inputs
    labels = samples.map { examples.labels[$0] }
    self.samples = Array(samples)
    self.epoch = epoch
  }

  /// The number of samples, N.
  public var count: Int { labels.count }
}

/// What both trainers can do, in the terms of a run.
///
/// A step is any number of `accumulateGradient` calls and one `step`. The gradient is that of the
/// *sum* of the losses until `step` divides it by the number of samples. `train` is both at once
/// for a batch that isn't split, which a trainer may do faster; the bits are the same.
public protocol Trainer: Sendable {
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

  /// Steps taken since the initial weights.
  var steps: Int { get }

  /// Weights, moving averages and optimizer state, copied out.
  var state: ModelState { get }

  /// Runs samples forward and backward in training mode and adds to the gradient.
  ///
  /// - Parameter batch: Samples of one batch, or one part of it.
  /// - Returns: Loss and hits of the forward pass.
  mutating func accumulateGradient(of batch: Batch) -> Tally

  /// Runs samples forward in training mode, without a gradient: what `accumulateGradient` would
  /// return.
  ///
  /// - Parameters:
  ///   - batch: Samples of one batch, or one part of it.
  ///   - updatesAverages: Whether batch normalisation's moving averages take the samples in.
  /// - Returns: Loss and hits of the forward pass.
  mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally

  /// Moves the weights against the accumulated gradient and clears it.
  ///
  /// - Parameters:
  ///   - learningRate: The learning rate η.
  ///   - batchSize: The samples that went into the gradient, B; it is multiplied by 1/B.
  mutating func step(learningRate: Double, batchSize: Int)

  /// Mean and variance that each normalising layer's moving averages took in last, those of the last
  /// group of the last pass, in the order of `ParameterLayout.statistics`: what a moving average
  /// with any momentum is made of, whatever the model's own is.
  var latestStatistics: [Tensor] { get }

  /// Replaces the moving averages by the mean and the variance (divided by N) that each normalising
  /// layer's inputs have over a whole data set, layer after layer, those before it normalising by
  /// theirs.
  ///
  /// Each sample's own moments and their combination are computed in Double, sample after sample:
  /// the same bits however the samples are divided for it. The law of total variance, for samples
  /// of P positions with means mₙ and variances vₙ: the variance is the mean of vₙ and the variance
  /// of mₙ together.
  ///
  /// - Parameter examples: The data set, of at least one sample.
  mutating func measureStatistics(over examples: Examples)

  /// Takes over what another trainer of the same model accumulated: its gradient, instead of its
  /// own, and its moving averages.
  ///
  /// A step that follows is then made with a gradient that belongs to other weights.
  ///
  /// - Parameter other: The other trainer, which keeps what it has.
  mutating func takeGradient(from other: Self)

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

  /// Runs samples forward in inference mode.
  ///
  /// - Parameter batch: Any samples.
  /// - Returns: The last layer's outputs, [N, classes].
  func outputs(for batch: Batch) -> [Float]

  /// Runs samples forward in inference mode and compares with their labels.
  ///
  /// - Parameter batch: Any samples.
  /// - Returns: Loss and hits.
  func evaluate(_ batch: Batch) -> Tally
}

extension Trainer {
  /// Trains on one batch by its gradient and a step.
  ///
  /// - Parameters:
  ///   - samples: The batch, as indices into the examples.
  ///   - examples: The data set.
  ///   - epoch: The epoch, from 0.
  ///   - learningRate: The learning rate η.
  ///   - upcoming: Ignored here.
  /// - Returns: Loss and hits before the step.
  public mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    let tally = accumulateGradient(of: Batch(samples, of: examples, epoch: epoch))
    step(learningRate: learningRate, batchSize: samples.count)
    return tally
  }

  /// Trains on one batch of which nothing is known to follow.
  ///
  /// - Parameters:
  ///   - samples: The batch, as indices into the examples.
  ///   - examples: The data set.
  ///   - epoch: The epoch, from 0.
  ///   - learningRate: The learning rate η.
  /// - Returns: Loss and hits before the step.
  public mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double
  ) -> Tally {
    train(
      on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: [])
  }

  /// Evaluates a whole data set in its own order.
  ///
  /// - Parameters:
  ///   - examples: The data set.
  ///   - batchSize: Samples per forward pass; it changes the speed, not the result.
  /// - Returns: One tally per batch.
  public func evaluate(_ examples: Examples, batchSize: Int) -> [Tally] {
    let plan = BatchPlan(order: Array(0..<examples.count), batchSize: batchSize)
    return (0..<plan.count).map { evaluate(Batch(plan[$0], of: examples)) }
  }
}
