import TrainingCore

extension ReferenceTrainer {
  /// What the loss says of a batch, sample by sample.
  public struct Outcome {
    /// The loss of each sample, [N].
    public let losses: [S]
    /// Whether each sample was classified correctly, [N].
    public let hits: [Bool]
  }

  /// Runs a batch forward and backward in training mode and adds to `gradients`.
  ///
  /// - Parameters:
  ///   - inputs: Inputs, [N, I].
  ///   - labels: Classes, [N].
  ///   - samples: The samples' indices in their data set, [N].
  ///   - epoch: The epoch, from 0.
  /// - Returns: Losses and hits of the forward pass.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public mutating func accumulateGradient(
    inputs: Matrix<S>, labels: [UInt8], samples: [Int], epoch: Int
  ) -> Outcome {
    let trace = forward(inputs, samples: samples, epoch: epoch)
    let loss = model.loss.evaluate(logits: trace.outputs, labels: labels)
    propagate(loss.gradient, back: trace)
    return Outcome(losses: loss.losses, hits: loss.hits)
  }

  /// Runs a batch forward in training mode, without a gradient.
  ///
  /// - Parameters:
  ///   - inputs: Inputs, [N, I].
  ///   - labels: Classes, [N].
  ///   - samples: The samples' indices in their data set, [N].
  ///   - epoch: The epoch, from 0.
  ///   - updatesAverages: Whether the moving averages take the batch in.
  /// - Returns: Losses and hits.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public mutating func trainingOutcome(
    inputs: Matrix<S>, labels: [UInt8], samples: [Int], epoch: Int, updatesAverages: Bool
  ) -> Outcome {
    let before = (statistics, latest, batchesTracked)
    let trace = forward(inputs, samples: samples, epoch: epoch)
    if !updatesAverages { (statistics, latest, batchesTracked) = before }
    let loss = model.loss.evaluate(logits: trace.outputs, labels: labels)
    return Outcome(losses: loss.losses, hits: loss.hits)
  }

  /// Runs a batch forward in inference mode and compares with its labels.
  ///
  /// - Parameters:
  ///   - inputs: Inputs, [N, I].
  ///   - labels: Classes, [N].
  /// - Returns: Losses and hits.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @specialized(where S == Dual<Double>)
  public func evaluate(inputs: Matrix<S>, labels: [UInt8]) -> Outcome {
    let loss = model.loss.evaluate(logits: outputs(for: inputs), labels: labels)
    return Outcome(losses: loss.losses, hits: loss.hits)
  }
}
