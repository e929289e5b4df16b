import TrainingCore

/// An optimizer's formula with the scalars of one step: what it does to sixteen weights.
protocol UpdateRule {
  /// Steps one line of a tensor and of its slots, with the line's gradient summed over the samples,
  /// and returns the stepped line.
  @discardableResult
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes

  /// Whether a weight whose gradient is +0 keeps its bits, and its slots theirs.
  var isStillAtZero: Bool { get }
}

extension UpdateRule {
  /// No: momentum, moments and decay move weights without a gradient too.
  var isStillAtZero: Bool { false }
}

/// How an optimizer reads the gradient: g = factor · (sum over samples) + λw.
struct MeanGradient {
  /// 1/B, times the clipping coefficient where the gradient is clipped.
  let factor: Float
  /// Weight decay λ where it is part of the gradient.
  let weightDecay: Float
  /// The least weight that decays.
  private let leastDecaying: Float

  init(factor: Float, weightDecay: Double) {
    self.factor = factor
    self.weightDecay = Float(weightDecay)
    leastDecaying = Float(NormalProducts.least(times: weightDecay))
  }

  @inline(__always)
  func callAsFunction(sum: Lanes, weight: Lanes) -> Lanes {
    (sum * factor).addingProduct(weightDecay, weight.flushed(below: leastDecaying))
  }

  /// w + descent · direction; what decays is never subnormal.
  @inline(__always)
  func step(_ weight: Lanes, by descent: Float, along direction: Lanes) -> Lanes {
    let stepped = weight.addingProduct(descent, direction)
    return weightDecay == 0 ? stepped : stepped.flushed
  }
}

/// One step of the optimizer: its formula's scalars.
struct OptimizerStep {
  let spec: OptimizerSpec
  /// The learning rate η.
  let learningRate: Double
  /// The step t, from 1.
  let t: Int
  /// 1/B, times the clipping coefficient.
  let factor: Float

  /// Takes a member's part of the step, compiled separately for each rule.
  @inline(__always)
  func take(in network: Network, as member: Member) {
    switch spec {
    case .sgd(let spec) where spec.momentum == 0:
      network.step(with: SGD(spec, learningRate: learningRate, factor: factor), as: member)
    case .sgd(let spec):
      network.step(with: MomentumSGD(spec, learningRate: learningRate, factor: factor), as: member)
    case .adamw(let spec) where spec.weightDecay != 0:
      network.step(with: AdamW(spec, learningRate: learningRate, t: t, factor: factor), as: member)
    case .adam(let spec), .adamw(let spec):
      network.step(with: Adam(spec, learningRate: learningRate, t: t, factor: factor), as: member)
    case .rmsprop(let spec):
      network.step(with: RMSprop(spec, learningRate: learningRate, factor: factor), as: member)
    }
  }
}
