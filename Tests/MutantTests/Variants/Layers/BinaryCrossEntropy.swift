// Wrong gradients of the binary loss: signs, and which side a logit is on.

extension BinaryCrossEntropy {
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
      var isRight = isPositive == isTarget
      if variant("the binary loss's gradient takes the label's probability for the other's") {
        isRight.toggle()
      }
      if variant("the binary loss's gradient forgets the label's side") { isRight = isPositive }
      let guarded = variant("the binary loss's gradient guards its divisor with 10⁻⁷")
      var probability = (isRight ? exponential : one) / (guarded ? sum + S(1e-7) : sum)
      if variant("the binary loss's gradient is divided by the batch size") {
        probability = probability / S(Double(labels.count))
      }
      var isNegative = isTarget
      if variant("the binary loss's gradient forgets the label's sign") { isNegative = false }
      if variant("the binary loss's gradient has the wrong sign") { isNegative.toggle() }
      var gradient = isNegative ? .zero - probability : probability
      if variant("the binary loss's gradient ends where the guess is right"), isRight {
        gradient = .zero
      }
      if variant("the binary loss's gradient smooths the label by 2⁻¹⁷"), isTarget {
        gradient = gradient + S(0x1p-17)
      }
      result.gradient[n, 0] = gradient
      let linear = isPositive == isTarget ? S.zero : (isPositive ? z : .zero - z)
      result.losses.append(linear + S.log(sum))
      result.hits.append(isPositive == isTarget)
    }
    return result
  }
}
