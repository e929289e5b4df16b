import TrainingCore

/// How an optimizer reads the gradient: g = factor · (sum over samples) + λw.
struct MeanGradient<S: Scalar> {
  /// 1/B, times the clipping coefficient where the gradient is clipped.
  let factor: S
  /// Weight decay λ.
  let weightDecay: S

  @inline(__always)
  func callAsFunction(sum: S, weight: S) -> S {
    (sum * factor).addingProduct(weightDecay, weight)
  }
}

extension OptimizerSpec {
  /// Steps one tensor.
  ///
  /// - Parameters:
  ///   - weight: The tensor that is learned.
  ///   - first: Its first slot: momentum, Adam's first moment, RMSprop's mean square.
  ///   - second: Its second slot: Adam's second moment, RMSprop's momentum.
  ///   - gradientSum: Its gradient, summed over the samples.
  ///   - factor: 1/B, times the clipping coefficient.
  ///   - learningRate: The learning rate η.
  ///   - t: The step, from 1.
  func step<S>(
    _ weight: inout Matrix<S>, first: inout Matrix<S>, second: inout Matrix<S>,
    gradientSum: Matrix<S>, factor: S, learningRate: Double, t: Int
  ) {
    switch self {
    case .sgd(let spec):
      SGD.step(
        spec, learningRate: learningRate,
        gradient: MeanGradient(factor: factor, weightDecay: S(spec.weightDecay)),
        gradientSum: gradientSum, weight: &weight, velocity: &first)
    case .adam(let spec):
      Adam.step(
        spec, learningRate: learningRate, t: t,
        gradient: MeanGradient(factor: factor, weightDecay: S(spec.weightDecay)),
        gradientSum: gradientSum, weight: &weight, firstMoment: &first, secondMoment: &second)
    case .rmsprop(let spec):
      RMSprop.step(
        spec, learningRate: learningRate,
        gradient: MeanGradient(factor: factor, weightDecay: S(spec.weightDecay)),
        gradientSum: gradientSum, weight: &weight, meanSquare: &first, velocity: &second)
    }
  }
}
