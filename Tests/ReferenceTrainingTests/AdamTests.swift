import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct AdamTests {
  static let specs = [
    AdamSpec(), AdamSpec(weightDecay: 0.05), AdamSpec(beta1: 0.5, beta2: 0.75, epsilon: 0.01),
  ]

  /// A square moves the second moment where (1 − β₂)g² is a normal number.
  @Test func `products below the normal numbers count as nothing`() {
    let spec = AdamSpec()
    let least = Float((0x1p-126 / (1 - spec.beta2)).squareRoot())
    for sign: Float in [-1, 1] {
      let steps = OptimizerSteps<Float>.run(
        .adam(spec), weights: [0, 0],
        gradientSums: [[0x1p-55, 0x1p-55], [sign * least.nextDown, sign * least]],
        batchSize: 1, learningRate: 0.1)
      let second = 0x1p-110 * Float(1 - spec.beta2)
      #expect(steps.second[0] == Float(spec.beta2) * second)
      #expect(steps.second[1] > steps.second[0])
    }
  }

  /// The contract's operations in their order, written for one weight.
  @Test(arguments: specs)
  func hasTheContractsBits(_ spec: AdamSpec) {
    let (weights, sums) = OptimizerSteps<Float>.data(seed: 41, count: 50, steps: 5)
    let steps = OptimizerSteps<Float>.run(
      .adam(spec), weights: weights, gradientSums: sums, batchSize: 3, learningRate: 0.1)
    var expected = weights
    var m = Array(repeating: Float(0), count: 50)
    var v = m
    let third = 1 / Float(3)
    for (index, sum) in sums.enumerated() {
      let corrections = spec.corrections(step: index + 1, learningRate: 0.1)
      for k in expected.indices {
        let g = (sum[k] * third).addingProduct(Float(spec.weightDecay), expected[k])
        m[k] = m[k].addingProduct(Float(1 - spec.beta1), g - m[k])
        v[k] = (Float(spec.beta2) * v[k]).addingProduct(Float(1 - spec.beta2) * g, g)
        let root = v[k].squareRoot()
        let denominator = Float(spec.epsilon).addingProduct(root, Float(corrections.rootScale))
        expected[k] = expected[k].addingProduct(-Float(corrections.stepSize), m[k] / denominator)
      }
    }
    #expect(difference(steps.weights, expected) == nil)
    #expect(difference(steps.first, m) == nil)
    #expect(difference(steps.second, v) == nil)
  }

  /// Kingma & Ba 2015, algorithm 1, as it is printed: bias-corrected moments, then the step.
  @Test(arguments: specs)
  func `a step is that of the article's algorithm 1`(_ spec: AdamSpec) {
    typealias Number = RunningError<Double>
    let found = OptimizerSteps<Number>.excessOverFormula(
      .adam(spec), batchSize: 7, learningRate: 0.1, seed: 42
    ) { t, weight, sum, first, second in
      let one = Number(1.0)
      let beta1 = Number(spec.beta1)
      let beta2 = Number(spec.beta2)
      let g = sum / Number(7.0) + Number(spec.weightDecay) * weight
      let m = beta1 * first + (one - beta1) * g
      let v = beta2 * second + (one - beta2) * g * g
      var decay1 = one
      var decay2 = one
      for _ in 0..<t {
        decay1 = decay1 * beta1
        decay2 = decay2 * beta2
      }
      let mean = m / (one - decay1)
      let root = (v / (one - decay2)).squareRoot()
      return (weight - Number(0.1) * mean / (root + Number(spec.epsilon)), m, v)
    }
    #expect(found == nil)
  }

  /// With ε = 0 the first step is ±η, whatever the gradient's size.
  @Test(arguments: [Float(1e-10), 1, 1e10])
  func theFirstStepIsTheLearningRate(_ gradient: Float) {
    let steps = OptimizerSteps<RunningError<Float>>.run(
      .adam(AdamSpec(epsilon: 0)), weights: [0, 0], gradientSums: [[gradient, -gradient]],
      batchSize: 1, learningRate: 0.125)
    #expect(
      excess(
        steps.weights.map { Double($0.value) }, [-0.125, 0.125],
        bounds: steps.weights.map(\.error)) == nil)
  }
}
