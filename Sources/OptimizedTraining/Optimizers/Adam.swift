import TrainingCore

/// Adam (Kingma & Ba 2015, algorithm 1, in the order of section 2's last paragraph).
///
/// m ← m + (1 − β₁)(g − m), v ← β₂v + (1 − β₂)g², w ← w − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε).
struct Adam: UpdateRule {
  private let gradient: MeanGradient
  private let descent, rootScale, epsilon, newInFirst, newInSecond, beta2, leastSquared: Float

  /// Computes the scalars of step t, from 1.
  init(_ spec: AdamSpec, learningRate: Double, t: Int, factor: Float) {
    let corrections = spec.corrections(step: t, learningRate: learningRate)
    gradient = MeanGradient(factor: factor, weightDecay: spec.weightDecay)
    descent = Float(-corrections.stepSize)
    rootScale = Float(corrections.rootScale)
    epsilon = Float(spec.epsilon)
    newInFirst = Float(1 - spec.beta1)
    newInSecond = Float(1 - spec.beta2)
    beta2 = Float(spec.beta2)
    leastSquared = Float(NormalProducts.least(squaredTimes: 1 - spec.beta2))
  }

  @inline(__always)
  func step(_ lines: ParameterLines, at line: Int, gradientSum: Lanes) -> Lanes {
    let stepped = stepped(lines.values[line], lines, at: line, gradientSum: gradientSum)
    lines.values[line] = stepped
    return stepped
  }

  /// Steps a line of the moments, and returns where the line of weights goes.
  @inline(__always)
  func stepped(
    _ weight: Lanes, _ lines: ParameterLines, at line: Int, gradientSum: Lanes
  ) -> Lanes {
    let first = lines.first[line]
    let g = gradient(sum: gradientSum, weight: weight)
    let m = first.addingProduct(newInFirst, g - first)
    let squared = g.flushed(below: leastSquared)
    let v = (lines.second[line] * beta2).addingProduct(squared * newInSecond, squared)
    lines.first[line] = m.flushed
    lines.second[line] = v.flushed
    let denominator = Lanes(repeating: epsilon).addingProduct(rootScale, v.squareRoot())
    return gradient.step(weight, by: descent, along: m / denominator)
  }
}
