import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct RMSpropTests {
  static let specs = [RMSpropSpec.Convention.pytorch, .keras].flatMap { convention in
    [
      RMSpropSpec(convention: convention),
      RMSpropSpec(decay: 0.9, epsilon: 0.01, weightDecay: 0.05, convention: convention),
      RMSpropSpec(decay: 0.9, epsilon: 0.01, momentum: 0.8, convention: convention),
    ]
  }

  /// A square moves the mean square where (1 − ρ)g² is a normal number.
  @Test func `products below the normal numbers count as nothing`() {
    let spec = RMSpropSpec()
    let least = Float((0x1p-126 / (1 - spec.decay)).squareRoot())
    for sign: Float in [-1, 1] {
      let steps = OptimizerSteps<Float>.run(
        .rmsprop(spec), weights: [0, 0],
        gradientSums: [[0x1p-58, 0x1p-58], [sign * least.nextDown, sign * least]],
        batchSize: 1, learningRate: 0.1)
      let meanSquare = 0x1p-116 * Float(1 - spec.decay)
      #expect(steps.first[0] == Float(spec.decay) * meanSquare)
      #expect(steps.first[1] > steps.first[0])
    }
  }

  /// The contract's operations in their order, written for one weight.
  @Test(arguments: specs)
  func hasTheContractsBits(_ spec: RMSpropSpec) {
    let (weights, sums) = OptimizerSteps<Float>.data(seed: 51, count: 50, steps: 5)
    let steps = OptimizerSteps<Float>.run(
      .rmsprop(spec), weights: weights, gradientSums: sums, batchSize: 3, learningRate: 0.1)
    var expected = weights
    var s = Array(repeating: Float(0), count: 50)
    var b = s
    let third = 1 / Float(3)
    for sum in sums {
      for k in expected.indices {
        let g = (sum[k] * third).addingProduct(Float(spec.weightDecay), expected[k])
        s[k] = (Float(spec.decay) * s[k]).addingProduct(Float(1 - spec.decay) * g, g)
        var direction: Float
        switch spec.convention {
        case .pytorch: direction = g / (s[k].squareRoot() + Float(spec.epsilon))
        case .keras: direction = Float(0.1) * g / (s[k] + Float(spec.epsilon)).squareRoot()
        }
        if spec.momentum != 0 {
          b[k] = direction.addingProduct(Float(spec.momentum), b[k])
          direction = b[k]
        }
        let descent = spec.convention == .pytorch ? -Float(0.1) : -1
        expected[k] = expected[k].addingProduct(descent, direction)
      }
    }
    #expect(difference(steps.weights, expected) == nil)
    #expect(difference(steps.first, s) == nil)
    #expect(difference(steps.second, b) == nil)
  }

  /// PyTorch's documentation of `torch.optim.RMSprop` (not centred), and Keras 3's
  /// `keras.optimizers.RMSprop`, whose ε is under the root and whose momentum takes the rate in.
  @Test(arguments: specs)
  func `a step is that of PyTorch's and Keras's documentation`(_ spec: RMSpropSpec) {
    typealias Number = RunningError<Double>
    let found = OptimizerSteps<Number>.excessOverFormula(
      .rmsprop(spec), batchSize: 7, learningRate: 0.1, seed: 52
    ) { _, weight, sum, first, second in
      let rho = Number(spec.decay)
      let epsilon = Number(spec.epsilon)
      let mu = Number(spec.momentum)
      let rate = Number(0.1)
      let g = sum / Number(7.0) + Number(spec.weightDecay) * weight
      let s = rho * first + (Number(1.0) - rho) * g * g
      switch spec.convention {
      case .pytorch:
        let b = mu * second + g / (s.squareRoot() + epsilon)
        return (weight - rate * b, s, b)
      case .keras:
        let b = mu * second + rate * g / (s + epsilon).squareRoot()
        return (weight - b, s, b)
      }
    }
    #expect(found == nil)
  }

  /// g = 3, ρ = 0, ε = 16: PyTorch divides by √9 + 16, Keras by √(9 + 16).
  @Test func `PyTorch adds ε outside of the root and Keras under it`() {
    func step(_ convention: RMSpropSpec.Convention) -> Double {
      let spec = RMSpropSpec(decay: 0, epsilon: 16, convention: convention)
      return OptimizerSteps<Double>.run(
        .rmsprop(spec), weights: [0], gradientSums: [[3]], batchSize: 1, learningRate: 1
      ).weights[0]
    }
    #expect(step(.pytorch) == -3 / 19.0)
    #expect(step(.keras) == -3 / 5.0)
  }
}
