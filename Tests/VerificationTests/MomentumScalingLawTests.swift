import Foundation
import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// Momentum is kept per sample by β′ = β^(1/k) and η′ = η(1 − β′)/(k(1 − β)): exactly in the steady
/// state, and by a known distance before it.
@Suite struct MomentumScalingLawTests {
  private typealias Rule = MomentumScalingLaw.Rule

  @Test(arguments: ["mlp:784-10", "mlp:784-12-10+tanh"], [0.5, 0.9])
  func aColdStartIsPredicted(_ name: String, momentum: Double) throws {
    let subject = try Subjects.make(name, samples: 8)
    for steps in [1, 2, 5, 40] {
      let result = try MomentumScalingLaw.measure(
        subject, of: OptimizedTrainer.self, part: 0..<8,
        rule: Rule(learningRate: 1024, momentum: momentum), steps: steps)
      #expect(result.holds, "\(result.worstShare)")
      #expect(mostlyZero(result.measured) == nil)
    }
  }

  /// β = 1/4 and two parts: β′ = 1/2 and η′ = η/3 are exact, and so is everything else.
  @Test func inTheSteadyStateNotABitDiffers() throws {
    try Self.expectSteady(ReferenceTrainer<Float>.self)
    try Self.expectSteady(OptimizedTrainer.self)
  }

  private static func expectSteady<T: Trainer>(_ type: T.Type) throws {
    let large = Rule(learningRate: 3 * 0x1p-5, momentum: 0.25)
    let small = large.split(into: 2)
    #expect(small == Rule(learningRate: 0x1p-5, momentum: 0.5))
    let examples = ConstantGradient.examples(3, period: 1)
    let gradient = ConstantGradient.sum(of: 0..<3, in: examples)
    func run(_ rule: Rule, velocity: [Float], steps: Int) throws -> [Float] {
      let configuration = try ConstantGradient.configuration(
        .sgd(SGDSpec(momentum: rule.momentum)))
      let state = ConstantGradient.state(configuration, slot: velocity)
      var trainer = try T(configuration, state: state, threads: 1)
      for _ in 0..<steps {
        _ = trainer.accumulateGradient(of: Batch(0..<3, of: examples))
        trainer.step(learningRate: rule.learningRate, batchSize: 1)
      }
      let slots = trainer.state.slots.flatMap { $0.flatMap(\.values) }
      #expect(slots == state.slots.flatMap { $0.flatMap(\.values) }, "the state is steady")
      return ConstantGradient.weights(of: trainer)
    }
    // Three equal samples: g/(1 − 1/4) = 4/3 g is a whole number.
    let steady = gradient.map { $0 / 3 * 4 }
    let one = try run(large, velocity: steady, steps: 1)
    let two = try run(small, velocity: gradient.map { 2 * $0 }, steps: 2)
    #expect(difference(two, one) == nil)
    let naive = Rule(learningRate: large.learningRate / 2, momentum: 0.25)
    #expect(try run(naive, velocity: steady, steps: 2) == one, "β may stay, if steady")
  }

  /// The closed form against the recursion that it solves, within the roundings of both.
  @Test(.tags(.property)) func theClosedFormSolvesTheRecursion() {
    forAll("momentum from a cold start") { choices in
      (
        momentum: Double(choices.integer(in: 0...63)) / 64, steps: choices.integer(in: 1...200),
        learningRate: Double(choices.integer(in: 1...100)) / 128
      )
    } failure: { drawn in
      let rule = Rule(learningRate: drawn.learningRate, momentum: drawn.momentum)
      var velocity = 0.0
      var displacement = 0.0
      for _ in 0..<drawn.steps {
        velocity = drawn.momentum * velocity + 1
        displacement += drawn.learningRate * velocity
      }
      let size = rule.steadyDisplacement * (Double(drawn.steps) + 1 / (1 - drawn.momentum))
      return excess(
        [rule.displacement(steps: drawn.steps)], [displacement],
        bounds: [Rounding.gamma(3 * drawn.steps + 16, of: Double.self) * size])
    }
  }

  /// Splitting and merging are each other's inverse, keep a sample's half-life, and keep the steady
  /// displacement per sample.
  @Test(.tags(.property)) func `splitting and merging keep half-life and steady displacement`() {
    forAll("momentum rules") { choices in
      (
        momentum: Double(choices.integer(in: 1...127)) / 128, count: choices.integer(in: 1...64)
      )
    } failure: { drawn in
      let large = Rule(learningRate: 0.1, momentum: drawn.momentum)
      let small = large.split(into: drawn.count)
      let back = small.merged(drawn.count)
      // A root is rounded, to within an ulp by the library, and its power magnifies that k times;
      // so is 1 − β′, which is at least (1 − β)/k.
      let gamma = Rounding.gamma(8 * drawn.count + 16, of: Double.self)
      let amplified = gamma / (1 - small.momentum)
      let kept = Double(drawn.count) * small.steadyDisplacement
      return excess(
        [back.momentum, pow(small.momentum, Double(drawn.count)), kept, back.learningRate],
        [large.momentum, large.momentum, large.steadyDisplacement, large.learningRate],
        bounds: [gamma, gamma, amplified * large.steadyDisplacement, amplified])
    }
  }

  /// From a cold start the right rule ends up behind the large steps by less than half of one, the
  /// naive one ahead of them by β/(1 − β) · (1 − 1/k).
  @Test(arguments: [2, 4, 16], [0.5, 0.9, 0.99])
  func aColdStartIsKeptByTheRightRuleButForHalfAStep(parts count: Int, momentum: Double) {
    let large = Rule(learningRate: 1, momentum: momentum)
    let small = large.split(into: count)
    let naive = Rule(learningRate: 1 / Double(count), momentum: momentum)
    // So many that β to their power is nothing. β′ is rounded, and 1 − β′ magnifies that.
    let steps = 4000
    let whole = large.displacement(steps: steps)
    let bound =
      Rounding.gamma(32 * count, of: Double.self) / (1 - small.momentum)
      * large.steadyDisplacement * (Double(steps) + 1 / (1 - momentum))
    for rule in [small, naive] {
      let lag = MomentumScalingLaw.lag(of: large, behind: rule, parts: count)
      let ahead = rule.displacement(steps: count * steps) - whole
      #expect(excess([ahead], [lag], bounds: [bound]) == nil)
    }
    let steady = large.steadyDisplacement
    let matched = MomentumScalingLaw.lag(of: large, behind: small, parts: count)
    let unmatched = MomentumScalingLaw.lag(of: large, behind: naive, parts: count)
    #expect(matched < 0 && matched > -steady / 2)
    #expect(unmatched - bound > 0)
    let predicted = steady * momentum / (1 - momentum) * (1 - 1 / Double(count))
    #expect(excess([unmatched], [predicted], bounds: [bound]) == nil)
  }

  /// Linear scaling of plain gradient descent, kept with momentum: k steps at η from rest are more
  /// than one at kη, by c(k)/(kη).
  @Test(arguments: [2, 8]) func linearScalingFailsFromRest(count: Int) throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    let rule = Rule(learningRate: 1024, momentum: 0.9)
    let trainer = OptimizedTrainer.self
    let result = try MomentumScalingLaw.measure(
      subject, of: trainer, part: 0..<8, rule: rule, steps: count)
    let linear = try LinearScalingLaw.measure(
      subject, of: trainer, part: 0..<8, count: count, learningRate: rule.learningRate)
    #expect(result.holds)
    let mixed = BoundedPrediction(
      measured: result.measured, predicted: Array(linear.predicted.prefix(result.measured.count)),
      bounds: result.bounds)
    #expect(!mixed.holds)
    #expect(rule.displacement(steps: count) > Double(count) * rule.learningRate)
  }

  /// With someone's own momentum, in Nesterov's form and with decay too.
  @Test(
    arguments: [
      (.sgd(SGDSpec(momentum: 0.9)), Finding.Verdict.holds),
      (.sgd(SGDSpec(momentum: 0.5, nesterov: true)), .holds),
      (.sgd(SGDSpec(momentum: 0.75, nesterov: true, weightDecay: 0.1)), .holds),
      (.sgd(SGDSpec()), .notApplicable), (.adam(AdamSpec()), .notApplicable),
    ] as [(OptimizerSpec, Finding.Verdict)])
  func `the law is applicable to gradient descent with momentum`(
    _ optimizer: OptimizerSpec, _ verdict: Finding.Verdict
  ) throws {
    let subject = try Subject.example("7 dense9 tanh dense4", optimizer: optimizer, splits: [[8]])
    let findings = try MomentumScalingLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(findings.map(\.verdict) == [verdict], "\(findings)")
  }
}
