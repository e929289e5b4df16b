import TrainingCore

/// Stochastic gradient descent without momentum: w ← w − ηg.
struct SGD: UpdateRule {
  private let gradient: MeanGradient
  private let descent: Float

  init(_ spec: SGDSpec, learningRate: Double, factor: Float) {
    gradient = MeanGradient(factor: factor, weightDecay: spec.weightDecay)
    descent = Float(-learningRate)
  }

  /// Without decay, g = +0·factor + 0·w is +0 for any finite w, and w − η·0 is w, even for −0.
  var isStillAtZero: Bool { gradient.weightDecay == 0 }

  @inline(__always)
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes {
    let weight = lines.values[line]
    let stepped = gradient.step(
      weight, by: descent, along: gradient(sum: gradientSum, weight: weight))
    lines.values[line] = stepped
    return stepped
  }
}

/// Stochastic gradient descent with momentum: v ← μv + g, w ← w − ηv.
///
/// Sutskever et al. 2013, equations 1 and 2 with the learning rate outside of the momentum, as in
/// PyTorch; Nesterov's form steps along g + μv instead of v.
struct MomentumSGD: UpdateRule {
  private let gradient: MeanGradient
  private let descent, momentum: Float
  private let isNesterov: Bool

  init(_ spec: SGDSpec, learningRate: Double, factor: Float) {
    gradient = MeanGradient(factor: factor, weightDecay: spec.weightDecay)
    descent = Float(-learningRate)
    momentum = Float(spec.momentum)
    isNesterov = spec.nesterov
  }

  @inline(__always)
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes {
    let weight = lines.values[line]
    let g = gradient(sum: gradientSum, weight: weight)
    let v = g.addingProduct(momentum, lines.first[line])
    lines.first[line] = v.flushed
    let direction = isNesterov ? g.addingProduct(momentum, v) : v
    let stepped = gradient.step(weight, by: descent, along: direction)
    lines.values[line] = stepped
    return stepped
  }
}
