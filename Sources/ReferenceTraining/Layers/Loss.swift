import TrainingCore

/// What the loss says of a batch, sample by sample.
public struct LossResult<S: Scalar> {
  /// The loss of each sample, [N].
  public internal(set) var losses: [S] = []
  /// Whether each sample was classified correctly, [N].
  public internal(set) var hits: [Bool] = []
  /// The weight of each sample's class, [N]; empty where all count the same.
  public internal(set) var weights: [S] = []
  /// ∂(sum of the losses)/∂z, [N, O]; there is no factor 1/N.
  package internal(set) var gradient: Matrix<S>
}

extension LossResult<Float> {
  /// The exact sums of the losses and weights, and the number of hits.
  public var tally: Tally {
    var tally = Tally()
    for n in losses.indices {
      tally.add(
        loss: Double(losses[n]), isCorrect: hits[n],
        weight: weights.isEmpty ? nil : Double(weights[n]))
    }
    return tally
  }
}

extension ModelSpec {
  /// Losses, hits and gradient of a batch with logits z [N, O] and labels [N].
  package func evaluateLoss<S>(logits: Matrix<S>, labels: [UInt8]) -> LossResult<S> {
    switch loss {
    case .softmaxCrossEntropy:
      SoftmaxCrossEntropy.evaluate(logits: logits, labels: labels, crossEntropy)
    case .binaryCrossEntropy: BinaryCrossEntropy.evaluate(logits: logits, labels: labels)
    }
  }
}
