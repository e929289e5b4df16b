import TrainingCore

/// Stochastic gradient descent with momentum (Sutskever, Martens, Dahl & Hinton 2013).
///
/// v ← μv + g (equation 1) and w ← w − ηv (equation 2), the learning rate outside of the momentum as in
/// PyTorch; Nesterov's form (equations 3 and 4) steps along g + μv instead of v.
enum SGD {
  /// Steps one parameter, and its momentum where there is any.
  static func step<S>(
    _ spec: SGDSpec, learningRate: Double, gradient: MeanGradient<S>, gradientSum: Matrix<S>,
    weight: inout Matrix<S>, velocity: inout Matrix<S>
  ) {
    let descent = S(-learningRate)
    let momentum = S(spec.momentum)
    let sums = gradientSum.elements.span
    var weights = weight.elements.mutableSpan
    if spec.momentum == 0 {
      for index in sums.indices {
        let g = gradient(sum: sums[index], weight: weights[index])
        weights[index] = weights[index].addingProduct(descent, g)
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
