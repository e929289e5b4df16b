import PropertyTesting
import Testing
import TrainingCore
import Verification

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
      subject, parts: Self.parts, limit: limit, learningRate: 0.5)
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
      subject, parts: Self.parts, limit: 2 * longest, learningRate: 0.5)
    #expect(result.holds)
    let bounds = result.bounds
    #expect(excess(result.measured, bounds.map { _ in 0 }, bounds: bounds.map { 2 * $0 }) == nil)
  }

  /// Where all is clipped the whole moves by ηc, and the parts, who disagree, by less.
  @Test func whatIsAllClippedMovesLessFarInParts() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    let norms = try Self.norms(subject)
    let limit = min(norms.whole, norms.parts.min() ?? 0) / 2
    func move(_ parts: [Range<Int>]) throws -> Double {
      var run = try FrozenGradientRun(subject, optimizer: .sgd(SGDSpec()), clipNorm: limit)
      let first = run.weights
      for part in parts { run.step(on: part, learningRate: 1 / Double(parts.count)) }
      return (run.weights - first).norm
    }
    let whole = try move([0..<8])
    let split = try move(Self.parts)
    // The clipped norm is c ‖g‖/(‖g‖ + 10⁻⁶), and P squares and P weights are rounded.
    let count = try LossSurface(subject).origin.values.count
    let expected = limit * norms.whole / (norms.whole + 1e-6)
    let weights = try LossSurface(subject).origin.norm
    let bound = Rounding.gamma(4 * count + 32, of: Double.self) * (limit + weights)
    #expect(excess([whole], [expected], bounds: [bound]) == nil)
    #expect(whole - split > 2 * bound)
  }
}
