// Wrong gradients of the loss: the label, the sum and the sign.

extension SoftmaxCrossEntropy {
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
      var classes = 0..<logits.columns
      if variant("the loss's gradient leaves the last class's exponential") {
        classes = classes.dropLast()
      }
      var total = shares.smoothedSum + shares.own[target]
      if variant("the loss's gradient forgets the class weight of softmax") { total = S(1.0) }
      if variant("the loss's gradient smooths without softmax") { total = shares.own[target] }
      for o in classes {
        let divisor =
          variant("the loss's gradient guards its divisor with 10⁻⁷") ? sum + S(1e-7) : sum
        var probability = result.gradient[n, o] / divisor
        if variant("the loss's gradient is divided by the batch size") {
          probability = probability / S(Double(labels.count))
        }
        var place = target
        if variant("the loss's gradient takes the class after the label") { place = target + 1 }
        if variant("the loss's gradient takes the largest logit for the label") { place = largest }
        if variant("the loss's gradient forgets the label") { place = -1 }
        var own = shares.own[target]
        if variant("the loss's gradient smooths the label by a tenth") { own = own * S(0.9) }
        if variant("the loss's gradient smooths the label by 2⁻¹⁷") { own = own * S(1 - 0x1p-17) }
        if variant("the loss's gradient takes the weight of the largest logit's class") {
          own = shares.own[largest]
        }
        var smoothed = shares.smoothed[o]
        if variant("the loss's gradient smooths by the label's weight") {
          smoothed = shares.smoothed[target]
        }
        if variant("the loss's gradient leaves the label out of smoothing"), o == target {
          smoothed = .zero
        }
        var gradient = (.zero - smoothed).addingProduct(total, probability)
        if o == place { gradient = gradient - own }
        if variant("the loss's gradient has the wrong sign") { gradient = .zero - gradient }
        if variant("the loss's gradient ends where the guess is right"), largest == target {
          gradient = .zero
        }
        result.gradient[n, o] = gradient
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
