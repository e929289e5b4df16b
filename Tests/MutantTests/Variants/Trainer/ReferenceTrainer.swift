// Wrong steps: which layers move, by which factor, and what is left of the gradient.

extension ReferenceTrainer {
  mutating func step(learningRate: Double, batchSize: Int) {
    steps += 1
    var divisor = weightSum == .zero ? S(Double(batchSize)) : weightSum
    if variant("a weighted step divides by the batch size") { divisor = S(Double(batchSize)) }
    if !variant("the weights' sum isn't cleared after a step") { weightSum = .zero }
    let factor: S = GradientClipping.factor(of: gradients, divisor: divisor, limit: clipNorm)
    let biasFactor = variant("the bias's step lacks the factor 1/B") ? S(1.0) : factor
    var first = frozenParameters
    if variant("a step moves frozen layers") { first = 0 }
    if variant("a step leaves the layer after the frozen ones"), model.frozenLayers > 0 {
      first = min(first + 1, parameters.count)
    }
    for index in first..<parameters.count {
      optimizer.step(
        &parameters[index].weight, first: &firstSlot[index].weight,
        second: &secondSlot[index].weight, gradientSum: gradients[index].weight, factor: factor,
        learningRate: learningRate, t: steps)
      optimizer.step(
        &parameters[index].bias, first: &firstSlot[index].bias, second: &secondSlot[index].bias,
        gradientSum: gradients[index].bias, factor: biasFactor, learningRate: learningRate,
        t: steps)
      if !variant("the weights' gradient isn't cleared after a step") {
        gradients[index].weight.clear()
      }
      if !variant("the bias's gradient isn't cleared after a step") {
        gradients[index].bias.clear()
      }
    }
  }
}
