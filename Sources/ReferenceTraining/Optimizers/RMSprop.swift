import TrainingCore

/// RMSprop (Tieleman & Hinton 2012, lecture 6.5, slide 29), in PyTorch's convention or in Keras's.
///
/// s ← ρs + (1 − ρ)g². PyTorch: u = g/(√s + ε), b ← μb + u, w ← w − ηb.
/// Keras: u = (ηg)/√(s + ε), b ← μb + u, w ← w − b. Without momentum b is u.
enum RMSprop {
  /// Steps one parameter, its mean square and its momentum where there is any.
  static func step<S>(
    _ spec: RMSpropSpec, learningRate: Double, gradient: MeanGradient<S>,
    gradientSum: Matrix<S>, weight: inout Matrix<S>, meanSquare: inout Matrix<S>,
    velocity: inout Matrix<S>
  ) {
    let isKeras = spec.convention == .keras
    let inner = S(isKeras ? learningRate : 1)
    let descent = S(isKeras ? -1 : -learningRate)
    let epsilon = S(spec.epsilon)
    let decay = S(spec.decay)
    let new = S(1 - spec.decay)
    let leastSquared = S(NormalProducts.least(squaredTimes: 1 - spec.decay))
    let momentum = S(spec.momentum)
    let hasMomentum = spec.momentum != 0
    let sums = gradientSum.elements.span
    var weights = weight.elements.mutableSpan
    var meanSquares = meanSquare.elements.mutableSpan
    var velocities = velocity.elements.mutableSpan
    for index in sums.indices {
      let g = gradient(sum: sums[index], weight: weights[index])
      let squared = g.flushed(below: leastSquared)
      let s = (decay * meanSquares[index]).addingProduct(new * squared, squared)
      meanSquares[index] = s.flushed
      let root = isKeras ? (s + epsilon).squareRoot() : s.squareRoot() + epsilon
      var direction = inner * g / root
      if hasMomentum {
        direction = direction.addingProduct(momentum, velocities[index])
        velocities[index] = direction.flushed
      }
      weights[index] = weights[index].addingProduct(descent, direction)
    }
  }
}
