/// Softmax followed by cross-entropy, on the logits z [N, O] and labels [N].
///
/// For one sample with label t: loss = log Σₒ exp(zₒ − m) − (z_t − m), m the largest logit, which
/// keeps every exponential at most 1.
enum SoftmaxCrossEntropy {
  /// Losses, hits and, where asked for, the gradient of up to sixteen neighbouring samples.
  ///
  /// - Parameters:
  ///   - logits: The logits z, [N, O].
  ///   - rows: Up to sixteen rows.
  ///   - labels: Classes, [N].
  ///   - gradient: ∂(sum of the losses)/∂z, [N, O]: softmax(z), less 1 at the label, and no factor
  ///     1/N. Nil where it isn't needed.
  ///   - losses: The loss of each sample, [N].
  ///   - hits: Whether the largest logit, the first of equals, is the label's, [N].
  static func evaluate(
    logits: PanelMatrix, rows: Range<Int>, labels: UnsafePointer<UInt8>,
    gradient: PanelMatrix?, losses: UnsafeMutablePointer<Float>, hits: UnsafeMutablePointer<Bool>
  ) {
    var sums = Lanes(repeating: 1)
    var targets = Lanes.zero
    for row in rows {
      let label = Int(labels[row])
      let largest = indexOfLargest(logits, row: row)
      let maximum = logits[row, largest]
      var sum: Float = 0
      for panel in 0..<logits.panels {
        let exponentials = ElementaryFunctions.exp(logits.panel(panel)[row] - maximum)
        for lane in 0..<min(Lanes.scalarCount, logits.columns - panel * Lanes.scalarCount) {
          sum += exponentials[lane]
        }
        if let gradient { gradient.panel(panel)[row] = exponentials }
      }
      if let gradient {
        for panel in 0..<logits.panels {
          gradient.panel(panel)[row] /= Lanes(repeating: sum)
        }
        gradient[row, label] -= 1
      }
      sums[row - rows.lowerBound] = sum
      targets[row - rows.lowerBound] = logits[row, label] - maximum
      hits[row] = largest == label
    }
    let results = ElementaryFunctions.log(sums) - targets
    for row in rows { losses[row] = results[row - rows.lowerBound] }
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
