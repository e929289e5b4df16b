import TrainingCore

/// Sigmoid followed by binary cross-entropy, on the logits z [N, 1] and labels t [N], 0 or 1.
///
/// For one sample: loss = log(1 + exp(z)) − t z, computed as max(z, 0) − t z + log(1 + exp(−|z|)),
/// which keeps the exponential at most 1. One below 2⁻¹⁰⁰ is +0 (arithmetic contract, 11).
enum BinaryCrossEntropy {
  /// Computes losses and hits of up to sixteen neighbouring samples of a batch, and where asked for the
  /// gradient of the sum of the losses: sigmoid(z) − t, without a factor 1/N.
  ///
  /// A hit is a sample of which the logit is above zero as the label is.
  static func evaluate(
    logits: PanelMatrix, rows: Range<Int>, of batch: BatchBuffer, gradient: PanelMatrix?
  ) {
    var negativeMagnitudes = Lanes.zero
    for row in rows {
      let z = logits[row, 0]
      negativeMagnitudes[row - rows.lowerBound] = 0 < z ? 0 - z : z
    }
    let exponentials = ElementaryFunctions.exp(negativeMagnitudes)
      .flushed(below: Float(NormalProducts.leastExponential))
    let sums = 1 + exponentials
    let logarithms = ElementaryFunctions.log(sums)
    for row in rows {
      let place = row - rows.lowerBound
      let z = logits[row, 0]
      let isPositive = 0 < z
      let isTarget = batch.labels[row] == 1
      let isHit = isPositive == isTarget
      if let gradient {
        let probabilityOfOther = (isHit ? exponentials[place] : 1) / sums[place]
        gradient[row, 0] = isTarget ? 0 - probabilityOfOther : probabilityOfOther
      }
      batch.losses[row] = (isHit ? 0 : 0 - negativeMagnitudes[place]) + logarithms[place]
      batch.hits[row] = isHit
    }
  }
}
