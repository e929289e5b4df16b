import TrainingCore

/// Adam (Kingma & Ba 2015, algorithm 1).
///
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), w ← w − η m̂/(√v̂ + ε).
/// The order of operations: m + (1 − β₁)(g − m), and w − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε) with the
/// two corrections as scalars of the step.
enum Adam {
  /// Steps one parameter and its two moments; t counts from 1.
  static func step<S>(
    _ spec: AdamSpec, learningRate: Double, t: Int, gradient: MeanGradient<S>,
    gradientSum: Matrix<S>, weight: inout Matrix<S>, firstMoment: inout Matrix<S>,
    secondMoment: inout Matrix<S>
  ) {
    let corrections = spec.corrections(step: t, learningRate: learningRate)
    let descent = S(-corrections.stepSize)
    let rootScale = S(corrections.rootScale)
    let epsilon = S(spec.epsilon)
    let newInFirst = S(1 - spec.beta1)
    let newInSecond = S(1 - spec.beta2)
    let beta2 = S(spec.beta2)
    let leastSquared = S(NormalProducts.least(squaredTimes: 1 - spec.beta2))
    let sums = gradientSum.elements.span
    var weights = weight.elements.mutableSpan
    var firstMoments = firstMoment.elements.mutableSpan
    var secondMoments = secondMoment.elements.mutableSpan
    for index in sums.indices {
      let g = gradient(sum: sums[index], weight: weights[index])
      let m = firstMoments[index].addingProduct(newInFirst, g - firstMoments[index])
      let squared = g.flushed(below: leastSquared)
      let v = (beta2 * secondMoments[index]).addingProduct(newInSecond * squared, squared)
      firstMoments[index] = m.flushed
      secondMoments[index] = v.flushed
      let denominator = epsilon.addingProduct(v.squareRoot(), rootScale)
      weights[index] = weights[index].addingProduct(descent, m / denominator)
    }
  }
}
