import TrainingCore

/// Softmax followed by cross-entropy, on the logits z [N, O] and labels [N].
///
/// For one sample with label t: loss = log Σₒ exp(zₒ − m) − (z_t − m), m the largest logit, which
/// keeps every exponential at most 1. One below 2⁻¹⁰⁰ is +0 (arithmetic contract, 11).
enum SoftmaxCrossEntropy {
  /// Losses, hits and gradient of a batch: softmax(z), less 1 at the label.
  ///
  /// A hit is a sample whose largest logit, the first of equals, is the label's.
  static func evaluate<S>(logits: Matrix<S>, labels: [UInt8]) -> LossResult<S> {
    var result = LossResult<S>(gradient: logits)
    let least = S(NormalProducts.leastExponential)
    for (n, label) in labels.enumerated() {
      let target = Int(label)
      var largest = 0
      for o in 0..<logits.columns where logits[n, largest] < logits[n, o] { largest = o }
      let maximum = logits[n, largest]
      var sum = S.zero
      for o in 0..<logits.columns {
        let exponential = S.exp(logits[n, o] - maximum).flushed(below: least)
        result.gradient[n, o] = exponential
        sum = sum + exponential
      }
      for o in 0..<logits.columns {
        let probability = result.gradient[n, o] / sum
        result.gradient[n, o] = o == target ? probability - S(1.0) : probability
      }
      result.losses.append(S.log(sum) - (logits[n, target] - maximum))
      result.hits.append(largest == target)
    }
    return result
  }
}
