import TrainingCore

/// RMSprop (Tieleman & Hinton 2012, lecture 6.5), in PyTorch's convention or in Keras's.
///
/// s ← ρs + (1 − ρ)g². PyTorch: u = g/(√s + ε), b ← μb + u, w ← w − ηb.
/// Keras: u = ηg/√(s + ε), b ← μb + u, w ← w − b. Without momentum b is u.
struct RMSprop: UpdateRule {
  private let gradient: MeanGradient
  private let isKeras, hasMomentum: Bool
  private let inner, descent, epsilon, decay, new, leastSquared, momentum: Float

  init(_ spec: RMSpropSpec, learningRate: Double, factor: Float) {
    gradient = MeanGradient(factor: factor, weightDecay: spec.weightDecay)
    isKeras = spec.convention == .keras
    inner = Float(isKeras ? learningRate : 1)
    descent = Float(isKeras ? -1 : -learningRate)
    epsilon = Float(spec.epsilon)
    decay = Float(spec.decay)
    new = Float(1 - spec.decay)
    leastSquared = Float(NormalProducts.least(squaredTimes: 1 - spec.decay))
    momentum = Float(spec.momentum)
    hasMomentum = spec.momentum != 0
  }

  @inline(__always)
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes {
    let weight = lines.values[line]
    let g = gradient(sum: gradientSum, weight: weight)
    let squared = g.flushed(below: leastSquared)
    let s = (lines.first[line] * decay).addingProduct(squared * new, squared)
    lines.first[line] = s.flushed
    let root = isKeras ? (s + epsilon).squareRoot() : s.squareRoot() + epsilon
    var direction = g * inner / root
    if hasMomentum {
      direction = direction.addingProduct(momentum, lines.second[line])
      lines.second[line] = direction.flushed
    }
    let stepped = gradient.step(weight, by: descent, along: direction)
    lines.values[line] = stepped
    return stepped
  }
}
