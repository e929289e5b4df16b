import TrainingCore

/// How an optimizer reads the gradient: g = factor · (sum over samples) + λw, the factor 1/B, times the
/// clipping coefficient where the gradient is clipped, and λ 0 where decay is decoupled.
struct MeanGradient<S: Scalar> {
  private let factor, weightDecay, leastDecaying: S

  init(factor: S, weightDecay: Double) {
    self.factor = factor
    self.weightDecay = S(weightDecay)
    leastDecaying = S(NormalProducts.least(times: weightDecay))
  }

  @inline(__always)
  func callAsFunction(sum: S, weight: S) -> S {
    (sum * factor).addingProduct(weightDecay, weight.flushed(below: leastDecaying))
  }
}

extension OptimizerSpec {
  /// Steps one tensor and its slots, which are in the order of `slotNames`: `factor` is 1/B, times the
  /// clipping coefficient where the gradient is clipped, and t counts steps from 1.
  func step<S>(
    _ weight: inout Matrix<S>, first: inout Matrix<S>, second: inout Matrix<S>,
    gradientSum: Matrix<S>, factor: S, learningRate: Double, t: Int
  ) {
    let gradient = MeanGradient(factor: factor, weightDecay: l2Penalty)
    switch self {
    case .sgd(let spec):
      SGD.step(
        spec, learningRate: learningRate, gradient: gradient, gradientSum: gradientSum,
        weight: &weight, velocity: &first)
    case .adam(let spec):
      Adam.step(
        spec, learningRate: learningRate, t: t, gradient: gradient, gradientSum: gradientSum,
        weight: &weight, firstMoment: &first, secondMoment: &second)
    case .adamw(let spec):
      AdamW.step(
        spec, learningRate: learningRate, t: t, gradient: gradient, gradientSum: gradientSum,
        weight: &weight, firstMoment: &first, secondMoment: &second)
    case .rmsprop(let spec):
      RMSprop.step(
        spec, learningRate: learningRate, gradient: gradient, gradientSum: gradientSum,
        weight: &weight, meanSquare: &first, velocity: &second)
    }
    // Weights that decay are never subnormal (arithmetic contract, 11).
    if weightDecay != 0 { weight.update { $0.flushed } }
  }
}
