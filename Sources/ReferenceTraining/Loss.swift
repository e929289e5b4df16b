import TrainingCore

/// What the loss says of a batch, sample by sample.
struct LossResult<S: Scalar> {
  /// The loss of each sample, [N].
  var losses: [S] = []
  /// Whether each sample was classified correctly, [N].
  var hits: [Bool] = []
  /// ∂(sum of the losses)/∂z, [N, O]; there is no factor 1/N.
  var gradient: Matrix<S>
}

extension LossSpec {
  /// Losses, hits and gradient of a batch with logits z [N, O] and labels [N].
  func evaluate<S>(logits: Matrix<S>, labels: [UInt8]) -> LossResult<S> {
    switch self {
    case .softmaxCrossEntropy: SoftmaxCrossEntropy.evaluate(logits: logits, labels: labels)
    case .binaryCrossEntropy: BinaryCrossEntropy.evaluate(logits: logits, labels: labels)
    }
  }
}
