import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct AdamWTests {
  static let specs = [
    AdamSpec(weightDecay: 0.01), AdamSpec(beta1: 0.5, beta2: 0.75, epsilon: 0.01, weightDecay: 0.5),
  ]

  /// The contract's operations in their order, written for one weight.
  @Test(arguments: specs)
  func hasTheContractsBits(_ spec: AdamSpec) {
    let (weights, sums) = OptimizerSteps<Float>.data(seed: 43, count: 50, steps: 5)
    let steps = OptimizerSteps<Float>.run(
      .adamw(spec), weights: weights, gradientSums: sums, batchSize: 3, learningRate: 0.1)
    var expected = weights
    var m = Array(repeating: Float(0), count: 50)
    var v = m
    let third = 1 / Float(3)
    let decay = Float(0.1 * spec.weightDecay)
    for (index, sum) in sums.enumerated() {
      let corrections = spec.corrections(step: index + 1, learningRate: 0.1)
      for k in expected.indices {
        let g = sum[k] * third
        m[k] = m[k].addingProduct(Float(1 - spec.beta1), g - m[k])
        v[k] = (Float(spec.beta2) * v[k]).addingProduct(Float(1 - spec.beta2) * g, g)
        let root = v[k].squareRoot()
        let denominator = Float(spec.epsilon).addingProduct(root, Float(corrections.rootScale))
        expected[k] = expected[k].addingProduct(-decay, expected[k])
          .addingProduct(-Float(corrections.stepSize), m[k] / denominator)
      }
    }
    #expect(difference(steps.weights, expected) == nil)
    #expect(difference(steps.first, m) == nil)
    #expect(difference(steps.second, v) == nil)
  }

  /// Loshchilov & Hutter 2019, algorithm 2, with ηλ for the article's ηₜλ: its α is in η here.
  @Test(arguments: specs)
  func `a step is that of the article's algorithm 2`(_ spec: AdamSpec) {
    typealias Number = RunningError<Double>
    let found = OptimizerSteps<Number>.excessOverFormula(
      .adamw(spec), batchSize: 7, learningRate: 0.1, seed: 44
    ) { t, weight, sum, first, second in
      let one = Number(1.0)
      let beta1 = Number(spec.beta1)
      let beta2 = Number(spec.beta2)
      let g = sum / Number(7.0)
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
      let direction = mean / (root + Number(spec.epsilon)) + Number(spec.weightDecay) * weight
      return (weight - Number(0.1) * direction, m, v)
    }
    #expect(found == nil)
  }

  /// Without a gradient the moments stay zero, and nothing but the decay moves a weight: exactly, by
  /// powers of two.
  @Test func `decay without a gradient is 1 − ηλ a step`() {
    let steps = OptimizerSteps<Float>.run(
      .adamw(AdamSpec(weightDecay: 0.5)), weights: [1, -3], gradientSums: [[0, 0], [0, 0]],
      batchSize: 1, learningRate: 0.5)
    #expect(steps.weights == [0.5625, -1.6875])
    #expect(steps.first == [0, 0] && steps.second == [0, 0])
  }

  @Test func `without decay it is Adam, bit for bit`() {
    let (weights, sums) = OptimizerSteps<Float>.data(seed: 45, count: 50, steps: 5)
    func run(_ optimizer: OptimizerSpec) -> OptimizerSteps<Float> {
      .run(
        optimizer, weights: weights + [-0], gradientSums: sums.map { $0 + [0] }, batchSize: 3,
        learningRate: 0.1)
    }
    let (plain, decoupled) = (run(.adam(AdamSpec())), run(.adamw(AdamSpec())))
    #expect(difference(decoupled.weights, plain.weights) == nil)
    #expect(difference(decoupled.first, plain.first) == nil)
    #expect(difference(decoupled.second, plain.second) == nil)
  }

  @Test(arguments: [0, 0.5])
  func `weights that decay are never subnormal`(_ weightDecay: Double) {
    let steps = OptimizerSteps<Float>.run(
      .adamw(AdamSpec(weightDecay: weightDecay)), weights: [.leastNormalMagnitude / 2],
      gradientSums: [[0]], batchSize: 1, learningRate: 0.5)
    #expect(steps.weights == [weightDecay == 0 ? .leastNormalMagnitude / 2 : 0])
  }
}
