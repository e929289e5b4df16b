import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct SGDTests {
  static let specs = [
    SGDSpec(), SGDSpec(weightDecay: 0.05), SGDSpec(momentum: 0.9),
    SGDSpec(momentum: 0.8, nesterov: true, weightDecay: 0.05),
  ]

  /// The contract's operations in their order, written for one weight.
  @Test(arguments: specs)
  func hasTheContractsBits(_ spec: SGDSpec) {
    let (weights, sums) = OptimizerSteps<Float>.data(seed: 31, count: 50, steps: 5)
    let steps = OptimizerSteps<Float>.run(
      .sgd(spec), weights: weights, gradientSums: sums, batchSize: 3, learningRate: 0.1)
    var expected = weights
    var velocities = Array(repeating: Float(0), count: 50)
    let third = 1 / Float(3)
    let momentum = Float(spec.momentum)
    for sum in sums {
      for index in expected.indices {
        let mean = sum[index] * third
        let g = mean.addingProduct(Float(spec.weightDecay), expected[index])
        var direction = g
        if spec.momentum != 0 {
          velocities[index] = g.addingProduct(momentum, velocities[index])
          direction =
            spec.nesterov ? g.addingProduct(momentum, velocities[index]) : velocities[index]
        }
        expected[index] = expected[index].addingProduct(-Float(0.1), direction)
      }
    }
    #expect(difference(steps.weights, expected) == nil)
    #expect(difference(steps.first, velocities) == nil)
  }

  /// Weights decay to zero; without decay nothing touches them.
  @Test(arguments: [0, 0.5])
  func `weights that decay are never subnormal`(_ weightDecay: Double) {
    let steps = OptimizerSteps<Float>.run(
      .sgd(SGDSpec(weightDecay: weightDecay)), weights: [.leastNormalMagnitude / 2],
      gradientSums: [[0]], batchSize: 1, learningRate: 0.1)
    #expect(steps.weights == [weightDecay == 0 ? .leastNormalMagnitude / 2 : 0])
  }

  /// λw moves a weight where it is a normal number.
  @Test func `decay below the normal numbers counts as nothing`() {
    let least: Float = 0x1p-125
    let steps = OptimizerSteps<Float>.run(
      .sgd(SGDSpec(weightDecay: 0.5)), weights: [least.nextDown, -least.nextDown, least, -least],
      gradientSums: [[0, 0, 0, 0]], batchSize: 1, learningRate: 1)
    #expect(steps.weights == [least.nextDown, -least.nextDown, least / 2, -least / 2])
  }

  /// PyTorch's documentation of `torch.optim.SGD`, with dampening 0.
  @Test(arguments: specs)
  func `a step is that of PyTorch's documentation`(_ spec: SGDSpec) {
    typealias Number = RunningError<Double>
    let found = OptimizerSteps<Number>.excessOverFormula(
      .sgd(spec), batchSize: 7, learningRate: 0.1, seed: 32
    ) { _, weight, sum, first, _ in
      let mu = Number(spec.momentum)
      let g = sum / Number(7.0) + Number(spec.weightDecay) * weight
      let b = mu * first + g
      let step = spec.nesterov ? g + mu * b : b
      return (weight - Number(0.1) * step, b, .zero)
    }
    #expect(found == nil)
  }
}
