import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// Two batch sizes tell |G|² and tr Σ: without bias for the distribution that samples come from, and
/// with a known one for a finite set, which a correction removes.
@Suite struct NoiseScaleEstimateTests {
  private typealias SquaredNorm = NoiseScaleEstimate.SquaredNorm

  /// Where E|g_B|² = |G|² + tr Σ/B is met, both are found exactly.
  @Test func independentSamplesAreSolvedFor() {
    let estimate = NoiseScaleEstimate(
      small: (batchSize: 2, value: 3 + 8.0 / 2),
      large: (batchSize: 8, value: 3 + 8.0 / 8))
    #expect(estimate.squaredGradient == 3)
    #expect(estimate.trace == 8)
    #expect(estimate.noiseScale == 8.0 / 3)
  }

  /// The order of the sizes doesn't matter.
  @Test func theSizesMayBeExchanged() {
    let one = (batchSize: 4, value: 5.0)
    let other = (batchSize: 16, value: 2.0)
    #expect(
      NoiseScaleEstimate(small: one, large: other) == NoiseScaleEstimate(small: other, large: one))
  }

  /// Over every pair of batches of a finite set, drawn without replacement, the estimates are off by
  /// −tr Σ/(N − 1) and tr Σ/(N − 1); with the correction by nothing.
  @Test(arguments: [(1, 8), (2, 6), (1, 2), (3, 7)])
  func theBiasOnAFiniteSetIsKnown(small: Int, large: Int) throws {
    let population = 8
    let subject = try Subjects.make("mlp:784-6-10", samples: population)
    let found = try GradientNoiseLaw.enumerate(
      subject, of: OptimizedTrainer.self, population: population)
    let bound = try #require(found.prediction.bounds.max())
    func batches(_ size: Int) -> [SquaredNorm] {
      (1..<1 << population).filter { $0.nonzeroBitCount == size }
        .map { (batchSize: size, value: found.squaredNorms[$0]) }
    }
    let pairs = batches(small).flatMap { one in batches(large).map { (one, $0) } }
    func means(_ population: Int?) -> [Double] {
      let estimates = pairs.map {
        NoiseScaleEstimate(small: $0.0, large: $0.1, population: population)
      }
      let count = Double(pairs.count)
      return [
        estimates.reduce(0) { $0 + $1.squaredGradient } / count,
        estimates.reduce(0) { $0 + $1.trace } / count,
      ]
    }
    let bias = found.trace / Double(population - 1)
    // An estimate weighs squared norms by at most B·b/(B − b) + B/(B − b) together, twice, and so it
    // does their bound; the mean over all pairs adds its roundings.
    let weight = Double(2 * large * (small + 1)) / Double(large - small)
    let largest = found.squaredNorms.max() ?? 0
    let rounding = Rounding.gamma(pairs.count + 16, of: Double.self) * 2 * largest
    let bounds = Array(repeating: weight * (bound + rounding), count: 2)
    let truth = [found.squaredGradient, found.trace]
    #expect(excess(means(population), truth, bounds: bounds) == nil)
    #expect(excess(means(nil), [truth[0] - bias, truth[1] + bias], bounds: bounds) == nil)
    #expect(bias > bounds[0], "the bias is more than rounding")
  }

  /// The ratio of two estimates is biased even where they aren't: average before dividing.
  @Test func theMeanOfRatiosIsNotTheRatioOfMeans() throws {
    let subject = try Subjects.make("mlp:784-6-10", samples: 8)
    let found = try GradientNoiseLaw.enumerate(
      subject, of: OptimizedTrainer.self, population: 8)
    let bound = try #require(found.prediction.bounds.max())
    let pairs = (1..<1 << 8).filter { $0.nonzeroBitCount == 6 }.flatMap { large in
      (0..<8).map { (small: 1 << $0, large: large) }
    }
    let mean = pairs.reduce(0) { sum, pair in
      let estimate = NoiseScaleEstimate(
        small: (batchSize: 1, value: found.squaredNorms[pair.small]),
        large: (batchSize: 6, value: found.squaredNorms[pair.large]), population: 8)
      return sum + estimate.noiseScale / Double(pairs.count)
    }
    let truth = found.trace / found.squaredGradient
    #expect((mean - truth).magnitude * found.squaredGradient > bound)
  }
}
