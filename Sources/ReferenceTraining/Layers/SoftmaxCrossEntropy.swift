import TrainingCore

/// Softmax followed by cross-entropy, on the logits z [N, O] and labels [N].
///
/// For one sample with label t: loss = log Σₒ exp(zₒ − m) − (z_t − m), m the largest logit, which
/// keeps every exponential at most 1. One below 2⁻¹⁰⁰ is +0 (arithmetic contract, 11). With label smoothing ε and class weights w, −log p of class o
/// counts sₒ = ε/O wₒ, and of the label another (1 − ε) w_t.
enum SoftmaxCrossEntropy {
  /// What −log p of each class counts in a sample's loss.
  private struct Shares<S: Scalar> {
    /// sₒ = ε/O wₒ, in every sample, [O].
    let smoothed: [S]
    /// (1 − ε) wₒ, in the samples of the class besides, [O].
    let own: [S]
    /// Σₒ sₒ, folded over o ascending.
    let smoothedSum: S

    init(_ spec: CrossEntropySpec, outputs: Int) {
      let weights =
        spec.classWeights.isEmpty
        ? Array(repeating: S(1.0), count: outputs) : spec.classWeights.map { S($0) }
      let (share, kept) = (S(spec.labelSmoothing / Double(outputs)), S(1 - spec.labelSmoothing))
      smoothed = weights.map { share * $0 }
      own = weights.map { kept * $0 }
      smoothedSum = smoothed.reduce(.zero, +)
    }
  }

  /// Losses, hits, weights and gradient of a batch: softmax(z), less 1 at the label.
  ///
  /// With A = (1 − ε) w_t + Σₒ sₒ, the gradient is A softmax(z)ₒ − sₒ, less (1 − ε) w_t at the label:
  /// each −log pₒ is log Σ exp z − zₒ, and the former's gradient is softmax(z).
  ///
  /// A hit is a sample whose largest logit, the first of equals, is the label's.
  static func evaluate<S>(
    logits: Matrix<S>, labels: [UInt8], _ spec: CrossEntropySpec? = nil
  ) -> LossResult<S> {
    var result = LossResult<S>(gradient: logits)
    let least = S(NormalProducts.leastExponential)
    let spec = spec ?? CrossEntropySpec()
    let shares = Shares<S>(spec, outputs: logits.columns)
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
      let total = shares.smoothedSum + shares.own[target]
      for o in 0..<logits.columns {
        let probability = result.gradient[n, o] / sum
        let gradient = (.zero - shares.smoothed[o]).addingProduct(total, probability)
        result.gradient[n, o] = o == target ? gradient - shares.own[o] : gradient
      }
      let logarithm = S.log(sum)
      var loss = S.zero
      if spec.labelSmoothing > 0 {
        for o in 0..<logits.columns {
          loss = loss.addingProduct(shares.smoothed[o], logarithm - (logits[n, o] - maximum))
        }
      }
      result.losses.append(
        loss.addingProduct(shares.own[target], logarithm - (logits[n, target] - maximum)))
      result.hits.append(largest == target)
      if !spec.classWeights.isEmpty { result.weights.append(S(spec.classWeights[target])) }
    }
    return result
  }
}
