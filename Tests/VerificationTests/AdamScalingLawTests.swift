import Foundation
import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// Adam keeps its noise by η√κ, 1 − κ(1 − β₁), 1 − κ(1 − β₂) and ε/√κ; to first order in the step.
@Suite struct AdamScalingLawTests {
  private typealias Rule = AdamScalingLaw.Rule
  /// Nearly a million steps at most, κ = 16 times 12 · 2¹² at the finest, and the roundings of each.
  private static let roundings = 1 << 22
  private static let fine = AdamSpec(beta1: 1 - 0x1p-9, beta2: 1 - 0x1p-12, epsilon: 1 / 4)

  /// By exact second moments: what is left is of order 1 in the step, so nothing in the limit.
  @Test(arguments: [2, 4, 16]) func theSquareRootRuleKeepsTheNoise(factor: Int) {
    let measured = AdamScalingLaw.measure(factor: factor, spec: Self.fine) { $0.squareRoot($1) }
    #expect(measured.order.isAbout(1), "\(measured.order.order)")
  }

  /// With κη the second moment is κ times as large, in the limit of fine steps; nothing vanishes.
  @Test(arguments: [2, 4, 16]) func linearScalingIsWrongForNoise(factor: Int) {
    let root = AdamScalingLaw.measure(factor: factor, spec: Self.fine) { $0.squareRoot($1) }
    let linear = AdamScalingLaw.measure(factor: factor, spec: Self.fine) { $0.linear($1) }
    #expect(linear.order.isAbout(0))
    let kappa = Double(factor)
    let predicted = root.excesses.map { kappa * ($0 + 1) - 1 }
    let bound = Rounding.gamma(Self.roundings, of: Double.self) * kappa
    #expect(excess(linear.excesses, predicted, bounds: predicted.map { _ in bound }) == nil)
  }

  /// The momentum has to be scaled as well, or it averages over κ times as many samples.
  @Test func theSquareRootOfTheRateAloneIsNotEnough() {
    let measured = AdamScalingLaw.measure(factor: 4, spec: Self.fine) { rule, factor in
      var scaled = rule.squareRoot(factor)
      scaled.spec.beta1 = rule.spec.beta1
      return scaled
    }
    #expect(measured.order.isAbout(0))
  }

  /// So has ε: left alone, it changes the second moment by ((σ + ε)/(σ + ε√κ))².
  @Test func `epsilon is scaled too, or the noise changes by a known factor`() {
    let kappa = 4.0
    let scaled = AdamScalingLaw.measure(factor: 4, spec: Self.fine) { $0.squareRoot($1) }
    let left = AdamScalingLaw.measure(factor: 4, spec: Self.fine) { rule, factor in
      var scaled = rule.squareRoot(factor)
      scaled.spec.epsilon = rule.spec.epsilon
      return scaled
    }
    let epsilon = Self.fine.epsilon
    let change = pow((1 + epsilon) / (1 + epsilon * kappa.squareRoot()), 2)
    let predicted = scaled.excesses.map { change * ($0 + 1) - 1 }
    let bound = Rounding.gamma(Self.roundings, of: Double.self)
    #expect(excess(left.excesses, predicted, bounds: predicted.map { _ in bound }) == nil)
    #expect(left.order.isAbout(0))
  }

  /// A gradient that is all signal: each step is η long, so that κ steps are one at κη, and the
  /// square root goes √κ times too short.
  @Test func aConstantGradientScalesLinearly() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 4)
    let moves = try LossSurface(subject).gradient(of: 0..<4).values.map { $0 == 0 ? 0.0 : 1 }
    let small = Rule(
      learningRate: 256, spec: AdamSpec(beta1: 0.9375, beta2: 0.96875, epsilon: 0))
    func reach(_ rule: Rule, steps: Int) throws -> FrozenGradientRun<OptimizedTrainer> {
      var run = FrozenGradientRun(
        subject, of: OptimizedTrainer.self, optimizer: .adam(rule.spec))
      for _ in 0..<steps { try run.step(on: 0..<4, learningRate: rule.learningRate) }
      return run
    }
    // v̂ and m̂ are v and m over 1 − βᵗ, whose rounding is magnified by 1/(1 − β).
    let gamma = Rounding.gamma(16 * 8, of: Float.self) * 32
    for (rule, steps, length) in [
      (small, 8, 2048.0), (small.linear(4), 2, 2048), (small.squareRoot(4), 2, 1024),
    ] {
      let run = try reach(rule, steps: steps)
      let lengths = run.displacement.values
      let kept = lengths.indices.filter { moves[$0] != 0 }
      let bounds = kept.map { gamma * length + run.roundings.values[$0] }
      #expect(2 * kept.count > moves.count)
      #expect(
        excess(kept.map { lengths[$0].magnitude }, kept.map { _ in length }, bounds: bounds) == nil)
    }
  }

  /// Twice the batch, or half of it, forgets a sample after as many samples.
  @Test(.tags(.property)) func thePowerKeepsTheHalfLife() {
    forAll("half-life in samples") { choices in
      (decay: Double(choices.integer(in: 1...1023)) / 1024, parts: choices.integer(in: 1...64))
    } failure: { drawn in
      let part = AdamScalingLaw.sameHalfLife(drawn.decay, factor: 1 / Double(drawn.parts))
      let whole = AdamScalingLaw.halfLife(of: drawn.decay, batchSize: 64 * drawn.parts)
      // log β′ loses what β′ is rounded by, over how far it is from 1.
      let gamma = Rounding.gamma(16, of: Double.self)
      return excess(
        [AdamScalingLaw.halfLife(of: part, batchSize: 64)], [whole],
        bounds: [gamma * whole * (1 - 1 / log(part))])
    }
  }

  /// The second moment after k small steps with β^(1/k) is that after one with β: the trainer's own.
  @Test(arguments: [1, 2, 8]) func theSecondMomentIsKeptForAConstantGradient(parts: Int) throws {
    let examples = ConstantGradient.examples(4, period: 4)
    func secondMoment(_ beta2: Double, steps: Int) throws -> [Float] {
      let configuration = try ConstantGradient.configuration(.adam(AdamSpec(beta2: beta2)))
      let slot = [Float](repeating: 0, count: 15)
      var trainer = try ReferenceTrainer<Float>(
        configuration, state: ConstantGradient.state(configuration, slot: slot))
      for _ in 0..<steps {
        _ = trainer.accumulateGradient(of: Batch(0..<4, of: examples))
        trainer.step(learningRate: 0x1p-10, batchSize: 4)
      }
      return trainer.state.slots[1].flatMap(\.values)
    }
    let one = try secondMoment(0.875, steps: 1).map(Double.init)
    let root = AdamScalingLaw.sameHalfLife(0.875, factor: 1 / Double(parts))
    let several = try secondMoment(root, steps: parts).map(Double.init)
    // β′ᵏ, which is subtracted from 1, is off by k roundings, and 1 − β is an eighth.
    let gamma = 8 * Rounding.gamma(6 * parts + 16, of: Float.self)
    #expect(excess(several, one, bounds: one.map { gamma * $0 }) == nil)
    #expect(mostlyZero(one) == nil)
  }

  /// βᵏ = 1 − κ(1 − β) + κ(κ − 1)/2 (1 − β)² − …: the two rules for β agree to second order.
  @Test(arguments: [4, 16]) func theTwoRulesForDecayAgreeToSecondOrder(factor: Int) {
    let kappa = Double(factor)
    let steps = (10..<14).map { 1 / Double(1 << $0) }
    func rest(_ step: Double) -> Double {
      let rule = Rule(learningRate: 1, spec: AdamSpec(beta1: 1 - step)).squareRoot(factor)
      return AdamScalingLaw.sameHalfLife(1 - step, factor: kappa) - rule.spec.beta1
    }
    let next = kappa * (kappa - 1) / 2
    #expect(ConvergenceOrder(steps: steps, remainders: steps.map(rest)).isAbout(2))
    #expect(
      ConvergenceOrder(steps: steps, remainders: steps.map { rest($0) - next * $0 * $0 })
        .isAbout(3))
    #expect(Rule(learningRate: 1, spec: AdamSpec()).squareRoot(16).spec.beta1 < 0)
    #expect(AdamScalingLaw.sameHalfLife(0.9, factor: 16) > 0)
  }

  /// A row about the rule, for who uses Adam.
  @Test func `the finding is about the rule, and is not applicable without Adam`() throws {
    let subject = try Subject.example("7 dense4", splits: [[4]])
    let findings = try AdamScalingLaw.findings(subject)
    #expect(findings.map(\.verdict) == [.holds], "\(findings)")
    #expect(findings.map(\.about) == [.rule])
    let other = try Subject.example("7 dense4", optimizer: .sgd(SGDSpec()), splits: [[4]])
    #expect(try AdamScalingLaw.findings(other).map(\.verdict) == [.notApplicable])
  }
}
