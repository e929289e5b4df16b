import GradientOracles
import PropertyTesting
import TrainingCore

@testable import ReferenceTraining

/// A few steps of an optimizer on one row of weights, as the trainer takes them.
struct OptimizerSteps<S: Scalar> {
  var weights: [S]
  var first: [S]
  var second: [S]

  /// Three weights' worth of data that every optimizer's test steps through.
  static func data(seed: UInt64, count: Int, steps: Int) -> (weights: [Float], sums: [[Float]]) {
    var random = RandomNumbers(seed: seed)
    return (random.uniforms(count), (0..<steps).map { _ in random.uniforms(count) })
  }

  /// Steps through gradients, summed over `batchSize` samples.
  static func run(
    _ optimizer: OptimizerSpec, weights: [Float], gradientSums: [[Float]], batchSize: Int,
    learningRate: Double
  ) -> OptimizerSteps {
    func row(_ values: [Float]) -> Matrix<S> {
      Matrix(rows: 1, columns: values.count, elements: values.map { S($0) })
    }
    var weight = row(weights)
    var first = row(Array(repeating: 0, count: weights.count))
    var second = first
    let factor = S(1.0) / S(Double(batchSize))
    for (index, sums) in gradientSums.enumerated() {
      optimizer.step(
        &weight, first: &first, second: &second, gradientSum: row(sums), factor: factor,
        learningRate: learningRate, t: index + 1)
    }
    return OptimizerSteps(
      weights: weight.elements, first: first.elements, second: second.elements)
  }

  /// How far the trainer in Float is from a formula in Double, where that is beyond what the
  /// roundings of both can explain.
  ///
  /// Scalars that the trainer computes in Double err as much as the formula's, hence the factor 2.
  static func excessOverFormula(
    _ optimizer: OptimizerSpec, batchSize: Int, learningRate: Double, seed: UInt64,
    formula: (_ step: Int, _ weight: S, _ gradientSum: S, _ first: S, _ second: S)
      -> (weight: S, first: S, second: S)
  ) -> String? where S == RunningError<Double> {
    let (weights, sums) = data(seed: seed, count: 20, steps: 6)
    let steps = OptimizerSteps<RunningError<Float>>.run(
      optimizer, weights: weights, gradientSums: sums, batchSize: batchSize,
      learningRate: learningRate)
    var expected: [S] = []
    for index in weights.indices {
      var state = (weight: S(weights[index]), first: S.zero, second: S.zero)
      for (step, sums) in sums.enumerated() {
        state = formula(step + 1, state.weight, S(sums[index]), state.first, state.second)
      }
      expected.append(state.weight)
    }
    return excess(
      steps.weights.map { Double($0.value) }, expected.map(\.value),
      bounds: zip(steps.weights, expected).map { $0.error + 2 * $1.error })
  }
}
