import Foundation
import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@testable import Verification

/// The noise scale of a model on data, against what single samples' gradients say.
@Suite struct NoiseScaleMeasurementTests {
  private static func trainer(_ words: String = "5 dense4") throws -> ReferenceTrainer<Float> {
    try ReferenceTrainer<Float>(
      RunConfiguration(
        model: ModelSpec(words: words), optimizer: .sgd(SGDSpec()),
        schedule: LearningRateSchedule(base: 0.1), batchSize: 1, seed: 3))
  }

  private static func measurement(
    of count: Int, small: Int, large: Int, words: String = "5 dense4"
  ) throws -> NoiseScaleMeasurement {
    let trainer = try trainer(words)
    return try NoiseScaleMeasurement(
      trainer, examples: .random(count, for: trainer.model), order: Array(0..<count),
      smallBatch: small, largeBatch: large)
  }

  /// With single samples for small batches and all of a block for the large one, the estimates of a
  /// block are the sample covariance's trace, divided by B − 1, and |mean|² less its B-th.
  @Test func aBlockOfSingleSamplesIsItsSampleCovariance() throws {
    let measured = try Self.measurement(of: 32, small: 1, large: 8)
    #expect(measured.blocks.count == 4)
    let trainer = try Self.trainer()
    let examples = Examples.random(32, for: trainer.model)
    for (index, block) in measured.blocks.enumerated() {
      let gradients = (0..<8).map { sample -> [Double] in
        var own = trainer
        _ = own.accumulateGradient(of: Batch([8 * index + sample], of: examples))
        return own.gradients.flatMap { $0.weight.elements + $0.bias.elements }.map(Double.init)
      }
      let mean = gradients[0].indices.map { place in
        gradients.reduce(0) { $0 + $1[place] } / 8
      }
      let scatter = gradients.reduce(0.0) { sum, gradient in
        sum + zip(gradient, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let square = mean.reduce(0) { $0 + $1 * $1 }
      let largest = gradients.map { $0.reduce(0) { $0 + $1 * $1 } }.max() ?? 0
      // Sums of fewer than 8 · 24 products and some quotients, in Double.
      let bound = Rounding.gamma(8 * 24 + 16, of: Double.self) * 16 * largest
      #expect(
        excess([block.trace], [scatter / 7], bounds: [bound]) == nil)
      #expect(
        excess([block.squaredGradient], [square - scatter / 7 / 8], bounds: [bound]) == nil)
    }
    #expect(measured.trace == measured.blocks.reduce(0) { $0 + $1.trace } / 4)
  }

  /// A data set of one image and label over and over has no noise.
  @Test func equalSamplesHaveNoNoise() throws {
    let trainer = try Self.trainer()
    let one = Examples.random(1, for: trainer.model)
    let same = one.selecting(Array(repeating: 0, count: 32))
    let measured = try NoiseScaleMeasurement(
      trainer, examples: same, order: Array(0..<32), smallBatch: 2, largeBatch: 8)
    #expect(measured.squaredGradient > 0)
    // Sums of 2 and of 8 equal numbers are exact but for those of an odd last bit.
    let bound = 8 * Double(Float.ulpOfOne) * measured.squaredGradient * 8
    #expect(measured.trace.magnitude <= bound)
  }

  /// More blocks make a narrower interval, which holds the estimate.
  @Test func theIntervalHoldsTheEstimateAndNarrows() throws {
    let widths = try [8, 128].map { blocks in
      let trainer = try Self.trainer()
      let random = Examples.random(16 * blocks, for: trainer.model)
      // Of one class, so that the gradients have a direction in common.
      let examples = Examples(
        shape: random.shape, classCount: random.classCount, inputs: random.inputs,
        labels: random.labels.map { _ in 0 })
      let measured = try NoiseScaleMeasurement(
        trainer, examples: examples, order: Array(0..<16 * blocks), smallBatch: 2, largeBatch: 16)
      let scale = try #require(measured.noiseScale)
      let (lower, upper) = (
        try #require(measured.interval.lower), try #require(measured.interval.upper)
      )
      #expect(lower < scale && scale < upper)
      return (upper - lower) / scale
    }
    #expect(widths[1] < widths[0] / 2)
  }

  /// The pseudovalues' mean is 27.7 ± 17.2, which leaves out the quotient of the sums, 11/2.
  @Test func theIntervalIsThatOfTheEstimateBesideIt() throws {
    let blocks = [(1, -4), (1, 4), (1, 4), (8, -2)].map { gradient, trace in
      #"{"squaredGradient":\#(gradient),"trace":\#(trace)}"#
    }
    let json = #"{"blocks":[\#(blocks.joined(separator: ","))],"smallBatch":1,"largeBatch":2}"#
    let measured = try JSONDecoder().decode(NoiseScaleMeasurement.self, from: Data(json.utf8))
    let scale = try #require(measured.noiseScale)
    #expect(scale == 2.0 / 11)
    #expect(try #require(measured.interval.lower) < scale)
    #expect(measured.interval.upper.map { scale < $0 } ?? true)
  }

  /// Labels at random leave no direction in common: the noise scale may be infinite, and never
  /// negative.
  @Test(arguments: 1...8)
  func aGradientThatMayBeZeroMakesTheUpperEndInfinite(_ seed: UInt64) throws {
    let trainer = try Self.trainer("40 dense2")
    let random = Examples.random(32, for: trainer.model, seed: seed)
    // Each image twice, with either label: at equal probabilities their gradients cancel.
    let examples = Examples(
      shape: random.shape, classCount: 2,
      inputs: (0..<32).flatMap { random.inputs[$0 / 2 * 40..<($0 / 2 + 1) * 40] },
      labels: (0..<32).map { UInt8($0 % 2) })
    var flat = trainer
    flat.parameters = flat.parameters.map {
      Parameters(
        weight: Matrix(rows: $0.weight.rows, columns: $0.weight.columns),
        bias: Matrix(rows: 1, columns: $0.bias.columns))
    }
    let measured = try NoiseScaleMeasurement(
      flat, examples: examples, order: Array(0..<32), smallBatch: 1, largeBatch: 8)
    #expect(measured.noiseScale == nil)
    #expect(measured.interval.upper == nil)
    #expect(measured.interval.lower ?? 0 >= 0)
  }

  @Test func `sizes that don't fit and coupled samples are refused`() throws {
    #expect(throws: NoiseScaleError.sizes(small: 3, large: 8)) {
      try Self.measurement(of: 64, small: 3, large: 8)
    }
    #expect(throws: NoiseScaleError.sizes(small: 8, large: 8)) {
      try Self.measurement(of: 64, small: 8, large: 8)
    }
    #expect(throws: NoiseScaleError.tooFewSamples(31, largeBatch: 8)) {
      try Self.measurement(of: 31, small: 2, large: 8)
    }
    #expect(throws: NoiseScaleError.coupled("5 dense4 batchnorm dense3")) {
      try Self.measurement(of: 64, small: 2, large: 8, words: "5 dense4 batchnorm dense3")
    }
  }
}
