import TrainingCore

/// Softmax followed by cross-entropy, on the logits z [N, O] and labels [N].
///
/// For one sample with label t: loss = log Σₒ exp(zₒ − m) − (z_t − m), m the largest logit, which
/// keeps every exponential at most 1. One below 2⁻¹⁰⁰ is +0 (arithmetic contract, 11). With label smoothing ε and class weights w, −log p of class o
/// counts sₒ = ε/O wₒ, and of the label another (1 − ε) w_t.
final class SoftmaxCrossEntropy {
  /// sₒ, [1, O].
  private let smoothed: PanelMatrix
  /// (1 − ε) wₒ, [O].
  private let own: [Float]
  /// Σₒ sₒ, folded over o ascending.
  private let smoothedSum: Float
  /// Whether any sₒ counts.
  private let smooths: Bool

  init(_ spec: CrossEntropySpec?, outputs: Int) {
    let spec = spec ?? CrossEntropySpec()
    let weights =
      spec.classWeights.isEmpty
      ? Array(repeating: 1, count: outputs) : spec.classWeights.map { Float($0) }
    smooths = spec.labelSmoothing > 0
    let share = Float(spec.labelSmoothing / Double(outputs))
    let kept = Float(1 - spec.labelSmoothing)
    smoothed = PanelMatrix(rows: 1, columns: outputs)
    smoothed.load(weights.map { share * $0 }, rows: 1)
    own = weights.map { kept * $0 }
    smoothedSum = weights.reduce(0) { $0 + share * $1 }
  }

  /// Computes losses and hits of up to sixteen neighbouring samples of a batch, and where asked for the
  /// gradient of the sum of the losses: A softmax(z)ₒ − sₒ, less (1 − ε) w_t at the label, with
  /// A = (1 − ε) w_t + Σₒ sₒ, and without a factor 1/N.
  ///
  /// A hit is a sample of which the largest logit, the first of equals, is the label's.
  func evaluate(
    logits: PanelMatrix, rows: Range<Int>, of batch: BatchBuffer, gradient: PanelMatrix?
  ) {
    let least = Float(NormalProducts.leastExponential)
    var sums = Lanes(repeating: 1)
    var maxima = Lanes.zero
    for row in rows {
      let label = Int(batch.labels[row])
      let largest = Self.indexOfLargest(logits, row: row)
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
        let total = Lanes(repeating: smoothedSum + own[label])
        for panel in 0..<logits.panels {
          let probabilities = gradient.panel(panel)[row] / Lanes(repeating: sum)
          gradient.panel(panel)[row] = (0 - smoothed.panel(panel)[0]).addingProduct(
            total, probabilities)
        }
        gradient[row, label] -= own[label]
      }
      sums[row - rows.lowerBound] = sum
      maxima[row - rows.lowerBound] = maximum
      batch.hits[row] = largest == label
    }
    let logarithms = ElementaryFunctions.log(sums)
    for row in rows {
      let (label, place) = (Int(batch.labels[row]), row - rows.lowerBound)
      func surprisal(_ o: Int) -> Float { logarithms[place] - (logits[row, o] - maxima[place]) }
      var loss: Float = 0
      if smooths {
        for o in 0..<logits.columns { loss = loss.addingProduct(smoothed[0, o], surprisal(o)) }
      }
      batch.losses[row] = loss.addingProduct(own[label], surprisal(label))
    }
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
