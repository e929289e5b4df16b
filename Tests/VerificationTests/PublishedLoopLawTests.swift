import OptimizedTraining
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// Gradients that are computed first and not cleared between the parts' steps: step i applies
/// g₁ + … + gᵢ, so the loop moves by −(η/k) Σⱼ (k − j + 1) gⱼ.
@Suite struct PublishedLoopLawTests {
  private static let parts = (0..<4).map { $0 * 2..<$0 * 2 + 2 }

  @Test(arguments: ["mlp:784-10", "mlp:784-12-10", "mlp:784-12-10+tanh+dropout0.5"], [1, 2, 4])
  func `the loop moves as far as predicted`(_ name: String, count: Int) throws {
    let subject = try Subjects.make(name, samples: 8)
    let result = try PublishedLoopLaw.measure(
      subject, of: OptimizedTrainer.self, parts: Array(Self.parts.prefix(count)),
      learningRate: 256)
    #expect(result.holds, "\(result.worstShare)")
    #expect(mostlyZero(result.measured) == nil)
  }

  /// Equal gradients of whole numbers: (k + 1)/2 times the described method, to the last bit.
  @Test(arguments: [1, 2, 4, 8]) func equalGradientsCountHalfOfKPlusOneTimes(count: Int) throws {
    try Self.expectEffectiveWeight(ReferenceTrainer<Float>.self, count)
    try Self.expectEffectiveWeight(OptimizedTrainer.self, count)
  }

  private static func expectEffectiveWeight<T: Trainer>(_ type: T.Type, _ count: Int) throws {
    let examples = ConstantGradient.examples(4 * count, period: 4)
    let configuration = try ConstantGradient.configuration(.sgd(SGDSpec()))
    let state = ConstantGradient.state(configuration)
    var published = try T(configuration, state: state, threads: 1)
    var described = published
    let rate = 0.5 / Double(count)
    for step in 1...count {
      // What was accumulated before is accumulated again: the gradient depends on no weight.
      for part in 0..<step {
        let places = 4 * part..<4 * part + 4
        _ = published.accumulateGradient(of: Batch(places, of: examples))
      }
      published.step(learningRate: rate, batchSize: 4)
      _ = described.accumulateGradient(of: Batch(4 * step - 4..<4 * step, of: examples))
      described.step(learningRate: rate, batchSize: 4)
    }
    let first = state.parameters.flatMap(\.values)
    let weight = Float(PublishedLoopLaw.effectiveWeight(parts: count))
    let expected = zip(first, ConstantGradient.weights(of: described)).map {
      $0 + weight * ($1 - $0)
    }
    #expect(difference(ConstantGradient.weights(of: published), expected) == nil)
    #expect((published.state == described.state) == (count == 1))
  }

  /// It isn't the described method with another learning rate: the parts don't count alike.
  @Test func noLearningRateMakesItTheDescribedMethod() throws {
    let subject = try Subjects.make("mlp:784-12-10+tanh", samples: 8)
    func measure(_ parts: [Range<Int>]) throws -> BoundedPrediction {
      try PublishedLoopLaw.measure(
        subject, of: OptimizedTrainer.self, parts: parts, learningRate: 1024)
    }
    let published = try measure(Self.parts)
    let described = try LossSurface(subject).gradient(of: 0..<8)
    let moved = ParameterVector(published.measured)
    let inner = zip(moved.values, described.values).reduce(0) { $0 + $1.0 * $1.1 }
    var rest = moved
    rest.add(-inner / described.squaredNorm, times: described)
    #expect(rest.norm > ParameterVector(published.bounds).norm)

    let backwards = try measure(Self.parts.reversed())
    let other = BoundedPrediction(
      measured: backwards.measured, predicted: published.predicted, bounds: published.bounds)
    #expect(!other.holds, "the first part counts k times, the last once")
  }
}
