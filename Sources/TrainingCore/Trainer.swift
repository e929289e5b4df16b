/// A whole trainer: what a training run asks for.
///
/// `train` is a gradient and a step at once for a batch that isn't split, which a trainer may do
/// faster; the bits are the same.
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
