import TrainingCore

/// Sigmoid followed by binary cross-entropy, on the logits z [N, 1] and labels t [N], 0 or 1.
///
/// For one sample: loss = log(1 + exp(z)) − t z, computed as max(z, 0) − t z + log(1 + exp(−|z|)),
/// which keeps the exponential at most 1. One below 2⁻¹⁰⁰ is +0 (arithmetic contract, 11).
enum BinaryCrossEntropy {
  /// Losses, hits and gradient of a batch: sigmoid(z) − t.
  ///
  /// A hit is a sample whose logit is above zero if its label is 1, and not above zero if it is 0.
  /// With e = exp(−|z|), the sigmoid of |z| is 1/(1 + e) and that of −|z| is e/(1 + e); sigmoid(z) − 1
  /// is −sigmoid(−z), so no difference of near numbers is taken.
  static func evaluate<S>(logits: Matrix<S>, labels: [UInt8]) -> LossResult<S> {
    var result = LossResult<S>(gradient: logits)
    let one = S(1.0)
    let least = S(NormalProducts.leastExponential)
    for (n, label) in labels.enumerated() {
      let z = logits[n, 0]
      let isPositive = .zero < z
      let isTarget = label == 1
      let exponential = S.exp(isPositive ? .zero - z : z).flushed(below: least)
      let sum = one + exponential
      let probabilityOfOther = (isPositive == isTarget ? exponential : one) / sum
      result.gradient[n, 0] = isTarget ? .zero - probabilityOfOther : probabilityOfOther
      let linear = isPositive == isTarget ? S.zero : (isPositive ? z : .zero - z)
      result.losses.append(linear + S.log(sum))
      result.hits.append(isPositive == isTarget)
    }
    return result
  }
}
