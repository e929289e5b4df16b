import Foundation
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore
import Verification

/// The trainer's own Adam under gradients of random sign: its second moment is the predicted one, and
/// batches four times as large keep it by the square-root rule and by no other.
///
/// One dense layer with a saturated softmax, as in `ConstantGradient`, whose inputs are random signs:
/// the gradient of each weight is an independent ±1, whatever the weights.
@Suite struct AdamNoiseTests {
  private static let weightCount = 4096
  private static let bias: Float = 0x1p20

  private static func trainer(_ spec: AdamSpec, inputs: Int) throws -> ReferenceTrainer<Double> {
    let configuration = RunConfiguration(
      model: try ModelSpec(named: "mlp:\(inputs)-2"), optimizer: .adam(spec),
      schedule: LearningRateSchedule(base: 1), batchSize: 1, seed: 0)
    var trainer = try ReferenceTrainer<Double>(configuration)
    trainer.parameters[0].weight = Matrix(rows: inputs, columns: 2)
    trainer.parameters[0].bias = Matrix(
      rows: 1, columns: 2, elements: [Double(bias), -Double(bias)])
    return trainer
  }

  /// Steps by the mean gradient of rows of signs, and tells the weights of the first class.
  private static func step(
    _ trainer: inout ReferenceTrainer<Double>, signs: [[Double]], learningRate: Double
  ) {
    _ = trainer.accumulateGradient(
      inputs: Matrix(
        rows: signs.count, columns: signs[0].count, elements: signs.flatMap { $0 }),
      labels: signs.map { _ in 1 }, samples: Array(signs.indices), epoch: 0)
    trainer.step(learningRate: learningRate, batchSize: signs.count)
  }

  private static func weights(_ trainer: ReferenceTrainer<Double>) -> [Double] {
    let weight = trainer.parameters[0].weight
    return (0..<weight.rows).map { weight[$0, 0] }
  }

  /// Every sequence of ten signs, each on a weight of its own: the mean of the squares is the
  /// expectation, with nothing left to chance.
  @Test(arguments: [0, 0.5]) func everySequenceOfSignsGivesThePredictedMoment(
    epsilon: Double
  ) throws {
    let steps = 10
    let spec = AdamSpec(beta1: 0.75, beta2: 0.875, epsilon: epsilon)
    var trainer = try Self.trainer(spec, inputs: 1 << steps)
    var start: [Double] = []
    for step in 0..<steps {
      let signs = (0..<1 << steps).map { $0 >> step & 1 == 1 ? 1.0 : -1.0 }
      Self.step(&trainer, signs: [signs], learningRate: 0.25)
      if step == 3 { start = Self.weights(trainer) }
    }
    let end = Self.weights(trainer)
    let rule = AdamScalingLaw.Rule(learningRate: 0.25, spec: spec)
    for (from, first) in [(0, start.map { _ in 0 }), (4, start)] {
      let measured = zip(end, first).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let predicted = AdamScalingLaw.secondMoment(rule, noise: 1, from: from, through: steps)
      // No step is longer than η/(1 − β₁) = 1, so no square larger than T², nor twice its relative
      // error; 1 − β₂ᵗ, at least 1/8, magnifies roundings by 8.
      let largest = Double(steps * steps)
      let gamma = Rounding.gamma(64 * steps + (1 << steps), of: Double.self)
      let bound = 2 * 8 * gamma * largest
      #expect(
        excess([measured / Double(1 << steps)], [predicted], bounds: [bound]) == nil)
      #expect(predicted > bound)
    }
  }

  /// How far the mean of n squares of sums of signs may be from its expectation m.
  ///
  /// Such a sum's even moments are at most those of a normal variable (Khinchin), so the upper tail
  /// is that of Laurent & Massart 2000, lemma 1: 2m(√(x/n) + x/n) with risk e⁻ˣ; and a square, not
  /// negative, with second moment at most 3m², is below by m√(6x/n) with no more risk (Maurer
  /// 2003, theorem 1). The risk is 10⁻¹² on either side.
  private static func deviation(count: Int) -> Double {
    let share = log(1e12) / Double(count)
    return max(2 * (share.squareRoot() + share), (6 * share).squareRoot())
  }

  /// Four batches of one against one batch of four, on the same samples; after a warm-up in which v
  /// becomes steady.
  @Test func realBatchesKeepTheirNoiseByTheSquareRootAlone() throws {
    let factor = 4
    let (warmUp, end) = (1024, 2048)
    let rule = AdamScalingLaw.Rule(
      learningRate: 0x1p-10, spec: AdamSpec(beta1: 1 - 0x1p-5, beta2: 1 - 0x1p-14, epsilon: 1 / 4))
    let scalings = [rule.squareRoot(factor), rule.linear(factor)]
    var small = try Self.trainer(rule.spec, inputs: Self.weightCount)
    var large = try scalings.map { try Self.trainer($0.spec, inputs: Self.weightCount) }
    var starts: [[Double]] = []
    for block in 0..<end / factor {
      let signs = (0..<factor).map { Self.signs(sample: block * factor + $0) }
      for row in signs { Self.step(&small, signs: [row], learningRate: rule.learningRate) }
      for index in large.indices {
        Self.step(&large[index], signs: signs, learningRate: scalings[index].learningRate)
      }
      if (block + 1) * factor == warmUp { starts = ([small] + large).map(Self.weights) }
    }
    let moments = zip(starts, [small] + large).map { start, trainer in
      zip(Self.weights(trainer), start).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        / Double(Self.weightCount)
    }
    let expected = AdamScalingLaw.secondMoment(rule, noise: 1, from: warmUp, through: end)
    let scaled = AdamScalingLaw.secondMoment(
      scalings[0], noise: 1 / Double(factor).squareRoot(), from: warmUp / factor,
      through: end / factor)
    let deviation = Self.deviation(count: Self.weightCount)
    // The mean of κ signs has the kurtosis 3 − 2/κ, so v̂ after t steps the variance (2 − 2/κ)/t in
    // units of σ⁴, and E σ²/v̂ is 1 plus that, to the next order; twice that is allowed.
    let steadiness = 2 * (2 - 2 / Double(factor)) / Double(warmUp / factor)
    let discreteness = (scaled / expected - 1).magnitude
    let ratios = moments.map { $0 / expected }
    let bounds = [deviation, deviation + steadiness + discreteness]
    #expect(excess(Array(ratios[..<2]), [1, 1], bounds: bounds) == nil)
    let kappa = Double(factor)
    #expect(excess([ratios[2]], [kappa], bounds: [kappa * bounds[1]]) == nil)
    #expect(ratios[2] - 1 > bounds[1], "linear scaling is told apart")
  }

  /// Random signs of a sample, one for each weight, of a fixed seed.
  private static func signs(sample: Int) -> [Double] {
    let field = RandomField(seed: 2022, purpose: .shuffle, layer: 77)
    return (0..<weightCount / 128).flatMap { quad in
      let words = field.words(sample: sample, quad: quad)
      return (0..<128).map { words[$0 / 32] >> UInt32($0 % 32) & 1 == 1 ? 1.0 : -1.0 }
    }
  }
}
