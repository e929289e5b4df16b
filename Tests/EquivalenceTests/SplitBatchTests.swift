import PropertyTesting
import Testing
import TrainingCore

/// The parts of a batch on both trainers.
///
/// That parts are the whole is `SplitBatchLawTests`' and `AccumulationLawTests`' to show; here, that
/// they are what the reference makes of the same parts, also where batch normalisation makes them
/// something else than the whole.
@Suite struct SplitBatchTests {
  private static let splits = [
    [20, 40], [7, 8, 33], [15, 31, 48], [0], [30, 30],
  ]

  @Test(
    arguments: [
      "7 dense40 batchnorm relu dense4", "7 batchnorm dense19 ghost4 dropout0.5 dense4",
      "7 dense19 tanh dense4",
    ], splits)
  func `micro-batches have the bits of the reference's micro-batches`(
    _ words: String, _ ends: [Int]
  ) throws {
    for clipNorm in [nil, 0.05] {
      var configuration = try RunConfiguration(words: words, .sgd(SGDSpec(momentum: 0.9)))
      configuration.clipNorm = clipNorm
      let examples = Examples.random(60, for: configuration.model)
      var twins = try Twins(configuration, threads: 2)
      for epoch in 0..<2 {
        for part in zip([0] + ends, ends + [60]).map({ $0..<$1 }) {
          _ = twins.accumulateGradient(
            of: Batch(part.map { 59 - $0 }, of: examples, epoch: epoch))
        }
        twins.step(learningRate: 0.1, batchSize: 60)
      }
    }
  }
}
