import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// E|g_B|² = |G|² + (tr Σ/B)(N − B)/(N − 1), over every batch of B of N samples; Σ is the population's
/// covariance, divided by N.
@Suite struct GradientNoiseLawTests {
  @Test(
    arguments: [
      ("mlp:784-10", 8), ("mlp:784-6-10", 9), ("mlp:784-6-10+tanh+dropout0.5", 8),
      ("mlp:784-4-10+tanh", 10),
    ])
  func theNoiseOfEveryBatchSizeIsPredicted(_ name: String, population: Int) throws {
    let subject = try Subjects.make(name, samples: population)
    let found = try GradientNoiseLaw.enumerate(
      subject, of: OptimizedTrainer.self, population: population)
    #expect(found.prediction.holds, "\(found.prediction.worstShare)")
    let bound = try #require(found.prediction.bounds.max())
    #expect(found.trace > bound)
    #expect(found.squaredNorms.count == 1 << population)
    let means = found.prediction.measured
    let falls = zip(means, means.dropFirst()).map { smaller, larger in smaller - larger }
    #expect(falls.allSatisfy { $0 > bound })
  }

  /// Neither tr Σ/B, which is for independent samples, nor the other covariance fits a finite set.
  @Test func theFinitePopulationCounts() throws {
    let subject = try Subjects.make("mlp:784-6-10", samples: 8)
    let found = try GradientNoiseLaw.enumerate(
      subject, of: OptimizedTrainer.self, population: 8)
    let bound = try #require(found.prediction.bounds.max())
    for size in 2..<8 {
      let independent = found.squaredGradient + found.trace / Double(size)
      let unbiased = GradientNoiseLaw.expectedSquaredNorm(
        squaredGradient: found.squaredGradient, trace: found.trace * 8 / 7, batchSize: size,
        population: 8)
      for wrong in [independent, unbiased] {
        #expect((found.prediction.measured[size - 1] - wrong).magnitude > bound)
      }
    }
  }

  /// Whole numbers, multiplied out: N²B²(N − 1) times the law, without a rounding.
  @Test(.tags(.property)) func `the law holds exactly for vectors of whole numbers`() {
    forAll("gradient noise of whole numbers") { choices in
      let count = choices.integer(in: 2...7)
      let width = choices.integer(in: 1...3)
      return choices.array(count) { sample in
        sample.array(width) { $0.integer(in: -50...50) }
      }
    } failure: { samples in
      let n = samples.count
      func squaredSum(_ subset: Int) -> Int {
        samples[0].indices.reduce(0) { total, feature in
          let sum = (0..<n).reduce(0) { $0 + (subset >> $1 & 1) * samples[$1][feature] }
          return total + sum * sum
        }
      }
      let whole = squaredSum(1 << n - 1)
      let squares = (0..<n).reduce(0) { $0 + squaredSum(1 << $1) }
      let trace = n * squares - whole
      for size in 1...n {
        let batches = (1..<1 << n).filter { $0.nonzeroBitCount == size }
        let measured = batches.reduce(0) { $0 + squaredSum($1) } * n * n * (n - 1)
        let predicted = batches.count * (size * size * whole * (n - 1) + size * trace * (n - size))
        if measured != predicted { return "B = \(size): \(measured) instead of \(predicted)" }
      }
      return nil
    }
  }
}
