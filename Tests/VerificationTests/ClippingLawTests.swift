import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// Clipping breaks linear scaling by −(η/k) Σⱼ (fⱼ − f) gⱼ, gradients taken at the same weights.
@Suite struct ClippingLawTests {
  private static let parts = (0..<4).map { $0 * 2..<$0 * 2 + 2 }

  private struct Norms {
    let whole: Double
    let parts: [Double]
  }

  private static func norms(_ subject: Subject) throws -> Norms {
    let surface = try LossSurface(subject)
    return Norms(
      whole: surface.gradient(of: 0..<8).norm, parts: parts.map { surface.gradient(of: $0).norm })
  }

  @Test(arguments: ["mlp:784-10", "mlp:784-12-10+tanh+dropout0.5"], [0.01, 0.5, 0.9, 1.2])
  func theDifferenceIsPredicted(_ name: String, share: Double) throws {
    let subject = try Subjects.make(name, samples: 8)
    let limit = share * (try Self.norms(subject).whole)
    let result = try ClippingLaw.measure(
      subject, of: OptimizedTrainer.self, parts: Self.parts, limit: limit, learningRate: 1024)
    #expect(result.holds, "\(result.worstShare)")
    let length = ParameterVector(result.measured).norm
    #expect(length > ParameterVector(result.bounds).norm, "it is more than rounding")
  }

  /// No part is longer than the limit, so the whole isn't either: linear scaling holds.
  @Test func whatIsNotClippedScales() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    let norms = try Self.norms(subject)
    let longest = norms.parts.max() ?? 0
    #expect(norms.whole <= longest)
    let result = try ClippingLaw.measure(
      subject, of: OptimizedTrainer.self, parts: Self.parts, limit: 2 * longest,
      learningRate: 1024)
    #expect(result.holds)
    // The whole's gradient is summed in another order than the parts' mean.
    let allowance = try RoundingAllowance(subject, subject.part(0..<8))
    let bounds = zip(result.bounds, allowance.gradientErrors).map { $0 + 2 * 1024 / 8 * $1 }
    #expect(excess(result.measured, bounds.map { _ in 0 }, bounds: bounds) == nil)
  }

  /// Where all is clipped the whole moves by ηc, and the parts, who disagree, by less.
  @Test func whatIsAllClippedMovesLessFarInParts() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    let norms = try Self.norms(subject)
    let limit = min(norms.whole, norms.parts.min() ?? 0) / 2
    func move(_ parts: [Range<Int>]) throws -> Double {
      var run = FrozenGradientRun(
        subject, of: OptimizedTrainer.self, optimizer: .sgd(SGDSpec()), clipNorm: limit)
      for part in parts { try run.step(on: part, learningRate: 1024 / Double(parts.count)) }
      return run.displacement.norm / 1024
    }
    let whole = try move([0..<8])
    let split = try move(Self.parts)
    // The clipped norm is c ‖g‖/(‖g‖ + 10⁻⁶), and P squares and P weights are rounded.
    let count = try LossSurface(subject).origin.values.count
    let expected = limit * norms.whole / (norms.whole + 1e-6)
    let weights = try LossSurface(subject).origin.norm
    let bound = Rounding.gamma(4 * count + 32, of: Float.self) * (limit + weights)
    #expect(excess([whole], [expected], bounds: [bound]) == nil)
    #expect(whole > split)
  }

  @Test(
    arguments: [
      (.sgd(SGDSpec()), 3, Finding.Verdict.holds), (.sgd(SGDSpec()), nil, .notApplicable),
      (.sgd(SGDSpec(momentum: 0.5)), 3, .notApplicable), (.adam(AdamSpec()), 3, .notApplicable),
    ] as [(OptimizerSpec, Double?, Finding.Verdict)])
  func `the law is applicable to clipped plain gradient descent alone`(
    _ optimizer: OptimizerSpec, _ clipNorm: Double?, _ verdict: Finding.Verdict
  ) throws {
    let subject = try Subject.example(
      "7 dense9 tanh dense4", optimizer: optimizer, clipNorm: clipNorm, splits: [[8]])
    let findings = try ClippingLaw.findings(subject, of: OptimizedTrainer.self)
    #expect(findings.map(\.verdict) == [verdict], "\(findings)")
  }
}
