import TrainingCore

/// AdamW, Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2).
///
/// w ← w − ηλw, then Adam's step by the gradient of the loss alone: the decay isn't divided by √v̂. As in
/// PyTorch, η is the learning rate of the step, schedule included.
enum AdamW {
  /// Steps one parameter and its two moments; t counts from 1.
  ///
  /// Without decay it is Adam, bit for bit.
  static func step<S>(
    _ spec: AdamSpec, learningRate: Double, t: Int, gradient: MeanGradient<S>,
    gradientSum: Matrix<S>, weight: inout Matrix<S>, firstMoment: inout Matrix<S>,
    secondMoment: inout Matrix<S>
  ) {
    if spec.weightDecay != 0 {
      let decay = S(-learningRate * spec.weightDecay)
      weight.update { $0.addingProduct(decay, $0) }
    }
    Adam.step(
      spec, learningRate: learningRate, t: t, gradient: gradient, gradientSum: gradientSum,
      weight: &weight, firstMoment: &firstMoment, secondMoment: &secondMoment)
  }
}
