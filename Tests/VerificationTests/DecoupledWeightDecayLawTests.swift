import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// k steps at η/k shrink weights by (1 − ηλ/k)ᵏ, one step at η by 1 − ηλ.
@Suite struct DecoupledWeightDecayLawTests {
  @Test(arguments: ["mlp:784-10", "mlp:784-12-10+tanh"], [1, 2, 5, 32])
  func theDifferenceIsPredicted(_ name: String, count: Int) throws {
    let subject = try Subjects.make(name, samples: 8)
    let optimizers = [
      OptimizerSpec.sgd(SGDSpec(weightDecay: 0.75)), .adamw(AdamSpec(weightDecay: 0.75)),
    ]
    for (rate, optimizer) in zip([0.25, 0.5, 0.25, 0.5], optimizers + optimizers.reversed()) {
      let result = try DecoupledWeightDecayLaw.measure(
        subject, of: OptimizedTrainer.self, optimizer: optimizer, learningRate: rate, parts: count)
      #expect(result.holds, "\(result.worstShare)")
      let half = result.measured.count / 2
      let difference = zip(result.measured, result.measured.dropFirst(half)).map { $0 - $1 }
      #expect((mostlyZero(difference) == nil) == (count > 1))
    }
  }

  /// This project's decay is added to the gradient; for gradient descent that is the decoupled one.
  @Test func coupledDecayIsDecoupledForGradientDescent() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    let (rate, decay) = (0.25, 0.75)
    var run = FrozenGradientRun(
      subject, of: OptimizedTrainer.self, optimizer: .sgd(SGDSpec(weightDecay: decay)))
    let gradient = try run.step(on: 0..<8, learningRate: rate)
    let pairs = zip(run.origin.values, gradient.values)
    let predicted = pairs.map { -rate * decay * $0 - rate * $1 }
    let gamma = Rounding.gamma(8, of: Float.self)
    let bounds = zip(pairs, run.roundings.values).map {
      gamma * rate * (decay * $0.0.magnitude + $0.1.magnitude) + $1
    }
    #expect(excess(run.displacement.values, predicted, bounds: bounds) == nil)
  }

  /// For Adam it isn't: a decay that is added to a gradient of zero is divided by its own size, so
  /// that every weight moves by η, large or small.
  @Test func coupledDecayIsNotDecoupledForAdam() throws {
    let subject = try Subjects.make("mlp:784-12-10", samples: 8)
    let spec = AdamSpec(beta1: 0.75, beta2: 0.75, epsilon: 0, weightDecay: 0.5)
    var run = FrozenGradientRun(subject, of: OptimizedTrainer.self, optimizer: .adam(spec))
    try run.step(on: [], learningRate: 8, batchSize: 1)
    let predicted = run.origin.values.map { $0 > 0 ? -8.0 : 8 }
    let gamma = Rounding.gamma(16, of: Float.self)
    let bounds = run.roundings.values.map { gamma * 8 + $0 }
    #expect(excess(run.displacement.values, predicted, bounds: bounds) == nil)
  }

  @Test(
    arguments: [
      (.sgd(SGDSpec(weightDecay: 1e-4)), Finding.Verdict.holds),
      (.sgd(SGDSpec(weightDecay: 3)), .holds), (.sgd(SGDSpec()), .notApplicable),
      (.sgd(SGDSpec(momentum: 0.5, weightDecay: 0.1)), .notApplicable),
      (.adam(AdamSpec(weightDecay: 0.1)), .notApplicable),
      (.adamw(AdamSpec(weightDecay: 0.1)), .holds), (.adamw(AdamSpec()), .notApplicable),
      (.adamw(AdamSpec(epsilon: 0, weightDecay: 0.1)), .notApplicable),
    ] as [(OptimizerSpec, Finding.Verdict)])
  func `the law is applicable to decoupled decay`(
    _ optimizer: OptimizerSpec, _ verdict: Finding.Verdict
  ) throws {
    let subject = try Subject.example("7 dense9 dense4", optimizer: optimizer, splits: [[8]])
    let findings = try DecoupledWeightDecayLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(findings.map(\.verdict) == [verdict], "\(findings)")
  }

  /// δ = (ηλ)²(k − 1)/(2k) + O((ηλ)³): order 2, and 3 behind the leading term.
  @Test(arguments: [2, 3, 100]) func theDifferenceIsOfSecondOrder(count: Int) {
    let steps = (5..<9).map { 1 / Double(1 << $0) }
    let excesses = steps.map { DecoupledWeightDecayLaw.excess(decay: $0, parts: count) }
    let remainders = zip(steps, excesses).map {
      $1 - DecoupledWeightDecayLaw.leadingExcess(decay: $0, parts: count)
    }
    #expect(ConvergenceOrder(steps: steps, remainders: excesses).isAbout(2))
    if count > 2 { #expect(ConvergenceOrder(steps: steps, remainders: remainders).isAbout(3)) }
  }

  /// With two parts (1 − x/2)² = 1 − x + x²/4: the leading term is all there is.
  @Test(.tags(.property)) func theMatchedDecayLeavesNoDifference() {
    forAll("matched decay") { choices in
      (
        decay: Double(choices.integer(in: 1...120)) / 128,
        rate: Double(choices.integer(in: 1...8)) / 8, count: choices.integer(in: 1...64)
      )
    } failure: { drawn in
      let matched = DecoupledWeightDecayLaw.matchedDecay(
        learningRate: drawn.rate, weightDecay: drawn.decay, parts: drawn.count)
      var shrunk = 1.0
      for _ in 0..<drawn.count { shrunk *= 1 - drawn.rate / Double(drawn.count) * matched }
      let gamma = Rounding.gamma(8 * drawn.count + 16, of: Double.self)
      let two = DecoupledWeightDecayLaw.excess(decay: drawn.rate * drawn.decay, parts: 2)
      let leading = DecoupledWeightDecayLaw.leadingExcess(
        decay: drawn.rate * drawn.decay, parts: 2)
      return excess(
        [shrunk, two], [1 - drawn.rate * drawn.decay, leading], bounds: [gamma, gamma])
    }
  }
}
