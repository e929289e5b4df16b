import TrainingCore

extension OptimizedTrainer: OnlineSelectionTrainer, TransferTrainer {
  /// Whether its bits are those of the arithmetic contract: they are.
  public static var promisesBits: Bool { true }

  /// Steps taken since the initial weights.
  public var steps: Int { read(\.steps) }

  /// Weights, moving averages and optimizer state, copied out.
  public var state: ModelState { read(\.state) }

  /// The gradient of the sum of the losses accumulated since the last step, in the layout's order.
  public var gradient: [Tensor] { read(\.gradient) }

  /// Runs samples forward and backward in training mode and adds to the gradient.
  ///
  /// - Parameter batch: Samples of one batch, or one part of it.
  /// - Returns: Loss and hits of the forward pass.
  public mutating func accumulateGradient(of batch: Batch) -> Tally {
    change { $0.accumulateGradient(of: batch) }
  }

  /// Moves the weights against the accumulated gradient and clears it.
  ///
  /// - Parameters:
  ///   - learningRate: The learning rate η.
  ///   - batchSize: The samples that went into the gradient, B; it is multiplied by 1/B.
  public mutating func step(learningRate: Double, batchSize: Int) {
    change { $0.step(learningRate: learningRate, batchSize: batchSize) }
  }

  /// Runs samples forward in training mode, without a gradient: what `accumulateGradient` would
  /// return.
  ///
  /// - Parameters:
  ///   - batch: Samples of one batch, or one part of it.
  ///   - updatesAverages: Whether batch normalisation's moving averages take the samples in.
  /// - Returns: Loss and hits of the forward pass.
  public mutating func trainingTally(of batch: Batch, updatesAverages: Bool) -> Tally {
    change { $0.trainingTally(of: batch, updatesAverages: updatesAverages) }
  }

  /// Mean and variance that each normalising layer's averages took in last, in the layout's order.
  public var latestStatistics: [Tensor] { read(\.latestStatistics) }

  /// Replaces the moving averages by the mean and the variance (divided by N) that each normalising
  /// layer's inputs have over a whole data set, layer after layer.
  ///
  /// - Parameter examples: The data set, of at least one sample.
  public mutating func measureStatistics(over examples: Examples) {
    change { $0.measureStatistics(over: examples) }
  }

  /// Takes over what another trainer of the same model accumulated: its gradient, instead of its
  /// own, and its moving averages.
  ///
  /// - Parameter other: The other trainer, which keeps what it has.
  public mutating func takeGradient(from other: Self) {
    change { own in other.read { own.takeGradient(from: $0) } }
  }

  /// Trains on one batch: forward, backward, and a step.
  ///
  /// - Parameters:
  ///   - samples: The batch, as indices into the examples.
  ///   - examples: The data set.
  ///   - epoch: The epoch, from 0.
  ///   - learningRate: The learning rate η.
  ///   - upcoming: The next call's batch: where both are one sample, the two share a sweep over the
  ///     first layer's weights.
  /// - Returns: Loss and hits before the step.
  public mutating func train(
    on samples: ArraySlice<Int>, of examples: Examples, epoch: Int, learningRate: Double,
    upcoming: ArraySlice<Int>
  ) -> Tally {
    change {
      $0.train(
        on: samples, of: examples, epoch: epoch, learningRate: learningRate, upcoming: upcoming)
    }
  }

  /// Runs samples forward in inference mode.
  ///
  /// - Parameter batch: Any samples.
  /// - Returns: The last layer's outputs, [N, classes].
  public func outputs(for batch: Batch) -> [Float] { read { $0.outputs(for: batch) } }

  /// Runs samples forward in inference mode and compares with their labels.
  ///
  /// - Parameter batch: Any samples.
  /// - Returns: Loss and hits.
  public func evaluate(_ batch: Batch) -> Tally { read { $0.evaluate(batch) } }
}
