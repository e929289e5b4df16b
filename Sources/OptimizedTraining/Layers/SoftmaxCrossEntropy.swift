import TrainingCore

/// Softmax followed by cross-entropy, on the logits z [N, O] and labels [N].
///
/// For one sample with label t: loss = log Σₒ exp(zₒ − m) − (z_t − m), m the largest logit, which
/// keeps every exponential at most 1. One below 2⁻¹⁰⁰ is +0 (arithmetic contract, 11).
enum SoftmaxCrossEntropy {
  /// Computes losses and hits of up to sixteen neighbouring samples of a batch, and where asked for the
  /// gradient of the sum of the losses: softmax(z), less 1 at the label, without a factor 1/N.
  ///
  /// A hit is a sample of which the largest logit, the first of equals, is the label's.
  static func evaluate(
    logits: PanelMatrix, rows: Range<Int>, of batch: BatchBuffer, gradient: PanelMatrix?
  ) {
    let least = Float(NormalProducts.leastExponential)
    var sums = Lanes(repeating: 1)
    var targets = Lanes.zero
    for row in rows {
      let label = Int(batch.labels[row])
      let largest = indexOfLargest(logits, row: row)
      let maximum = logits[row, largest]
      var sum: Float = 0
      for panel in 0..<logits.panels {
        let exponentials = ElementaryFunctions.exp(logits.panel(panel)[row] - maximum)
          .flushed(below: least)
        for lane in 0..<min(Lanes.scalarCount, logits.columns - panel * Lanes.scalarCount) {
          sum += exponentials[lane]
        }
        if let gradient { gradient.panel(panel)[row] = exponentials }
      }
      if let gradient {
        for panel in 0..<logits.panels { gradient.panel(panel)[row] /= Lanes(repeating: sum) }
        gradient[row, label] -= 1
      }
      sums[row - rows.lowerBound] = sum
      targets[row - rows.lowerBound] = logits[row, label] - maximum
      batch.hits[row] = largest == label
    }
    let results = ElementaryFunctions.log(sums) - targets
    for row in rows { batch.losses[row] = results[row - rows.lowerBound] }
  }

  private static func indexOfLargest(_ logits: PanelMatrix, row: Int) -> Int {
    var largest = 0
    var maximum = logits[row, 0]
    for panel in 0..<logits.panels {
      let line = logits.panel(panel)[row]
      for lane in 0..<min(Lanes.scalarCount, logits.columns - panel * Lanes.scalarCount)
      where maximum < line[lane] {
        largest = panel * Lanes.scalarCount + lane
        maximum = line[lane]
      }
    }
    return largest
  }
}
