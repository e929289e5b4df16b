// Wrong steps of plain gradient descent.

extension SGD {
  static func step<S>(
    _ spec: SGDSpec, learningRate: Double, gradient: MeanGradient<S>, gradientSum: Matrix<S>,
    weight: inout Matrix<S>, velocity: inout Matrix<S>
  ) {
    var descent = S(-learningRate)
    if variant("a step goes up") { descent = S(learningRate) }
    if variant("a step forgets the learning rate") { descent = S(-1.0) }
    let momentum = S(spec.momentum)
    let sums = gradientSum.elements.span
    var weights = weight.elements.mutableSpan
    if spec.momentum == 0 {
      var indices = sums.indices
      if variant("a step leaves out a tensor's last number") { indices = indices.dropLast() }
      for index in indices {
        let g = gradient(sum: sums[index], weight: weights[index])
        let isForgetful = variant("a step replaces the weights")
        let weight = isForgetful ? .zero : weights[index]
        weights[index] = weight.addingProduct(descent, g)
      }
    } else {
      var velocities = velocity.elements.mutableSpan
      for index in sums.indices {
        let g = gradient(sum: sums[index], weight: weights[index])
        let v = g.addingProduct(momentum, velocities[index])
        velocities[index] = v.flushed
        let direction = spec.nesterov ? g.addingProduct(momentum, v) : v
        weights[index] = weights[index].addingProduct(descent, direction)
      }
    }
  }
}
