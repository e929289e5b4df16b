import TrainingCore

/// What the loss says of a batch, sample by sample.
public struct LossResult<S: Scalar> {
  /// The loss of each sample, [N].
  public internal(set) var losses: [S] = []
  /// Whether each sample was classified correctly, [N].
  public internal(set) var hits: [Bool] = []
  /// ∂(sum of the losses)/∂z, [N, O]; there is no factor 1/N.
  package internal(set) var gradient: Matrix<S>
}

extension LossResult<Float> {
  /// The exact sum of the losses, and the number of hits.
  public var tally: Tally {
    var tally = Tally()
    for (loss, hit) in zip(losses, hits) { tally.add(loss: Double(loss), isCorrect: hit) }
    return tally
  }
}

extension LossSpec {
  /// Losses, hits and gradient of a batch with logits z [N, O] and labels [N].
  package func evaluate<S>(logits: Matrix<S>, labels: [UInt8]) -> LossResult<S> {
    switch self {
    case .softmaxCrossEntropy: SoftmaxCrossEntropy.evaluate(logits: logits, labels: labels)
    case .binaryCrossEntropy: BinaryCrossEntropy.evaluate(logits: logits, labels: labels)
    }
  }
}
