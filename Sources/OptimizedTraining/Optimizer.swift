import TrainingCore

/// An optimizer's formula with the scalars of one step: what it does to sixteen weights.
protocol UpdateRule {
  /// Steps one line of a tensor and of its slots.
  ///
  /// - Parameters:
  ///   - lines: The tensor.
  ///   - line: Which line.
  ///   - gradientSum: The gradient, summed over the samples.
  /// - Returns: The stepped line of the tensor.
  @discardableResult
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes

  /// Whether a weight whose gradient is +0 keeps its bits, and its slots theirs.
  var isStillAtZero: Bool { get }
}

extension UpdateRule {
  /// Momentum, moments and decay go on without a gradient.
  var isStillAtZero: Bool { false }
}

/// How an optimizer reads the gradient: g = factor · (sum over samples) + λw.
struct MeanGradient {
  /// 1/B, times the clipping coefficient where the gradient is clipped.
  let factor: Float
  /// Weight decay λ.
  let weightDecay: Float

  @inline(__always)
  func callAsFunction(sum: Lanes, weight: Lanes) -> Lanes {
    (sum * factor).addingProduct(weightDecay, weight)
  }
}

/// A step of the optimizer: its scalars.
struct OptimizerStep {
  /// The optimizer.
  let spec: OptimizerSpec
  /// The learning rate η.
  let learningRate: Double
  /// The step t, from 1.
  let t: Int
  /// 1/B, times the clipping coefficient.
  let factor: Float

  /// Hands the rule of this step to a visitor, which is compiled for each kind of rule.
  @inline(__always)
  func accept(_ visitor: some RuleVisitor) {
    switch spec {
    case .sgd(let spec) where spec.momentum == 0:
      visitor.visit(SGD(spec, learningRate: learningRate, factor: factor))
    case .sgd(let spec):
      visitor.visit(MomentumSGD(spec, learningRate: learningRate, factor: factor))
    case .adam(let spec):
      visitor.visit(Adam(spec, learningRate: learningRate, t: t, factor: factor))
    case .rmsprop(let spec):
      visitor.visit(RMSprop(spec, learningRate: learningRate, factor: factor))
    }
  }
}

/// Whatever is done with a rule.
protocol RuleVisitor {
  /// Does it.
  func visit<Rule: UpdateRule>(_ rule: Rule)
}
