import PropertyTesting
import Testing
import TrainingCore

/// Runs whose batches are accumulated from micro-batches, on both trainers, beside runs whose aren't.
@Suite struct MicroBatchTests {
  private static let batchSize = 12

  /// Two epochs of three whole batches and one of eight, in micro-batches of so many.
  private func run(
    _ words: String, _ optimizer: OptimizerSpec = .adamw(AdamSpec(weightDecay: 0.01)),
    microBatchSize: Int?, clipNorm: Double? = nil
  ) throws -> ModelState {
    var configuration = try RunConfiguration(words: words, optimizer, batchSize: Self.batchSize)
    configuration.microBatchSize = microBatchSize
    configuration.clipNorm = clipNorm
    return try runTwins(configuration, samples: 44).trainer.state
  }

  @Test(arguments: OptimizerEquivalenceTests.optimizers)
  func `micro-batches have the bits of the whole batch with any optimizer`(
    _ optimizer: OptimizerSpec
  ) throws {
    let words = "11 dense35 relu dropout0.25 dense20 tanh dense4"
    let whole = try run(words, optimizer, microBatchSize: nil)
    for size in [1, 5, 6, 11, 12, 13] {
      #expect(
        difference(try run(words, optimizer, microBatchSize: size), whole) == nil, "by \(size)")
    }
  }

  @Test func `micro-batches of images have the bits of the whole batch, clipped or not`() throws {
    for clipNorm in [nil, 0.01] {
      let words = "5x5x3 conv4k3p1 relu maxpool2 globalpool dense4"
      let whole = try run(words, microBatchSize: nil, clipNorm: clipNorm)
      #expect(
        difference(try run(words, microBatchSize: 5, clipNorm: clipNorm), whole) == nil)
    }
  }

  /// Ghost groups divide the micro-batches, or their samples are coupled in other groups.
  ///
  /// The count of passes is of micro-batches either way.
  @Test func `batch normalisation sees micro-batches, and ghost groups that divide them don't`()
    throws
  {
    func state(_ layer: String, _ size: Int?) throws -> ModelState {
      var state = try run("11 dense35 \(layer) relu dense4", microBatchSize: size)
      #expect(state.batchesTracked == (size == 4 ? 2 * (3 * 3 + 2) : 2 * 4))
      state.batchesTracked = 0
      return state
    }
    #expect(difference(try state("ghost4", 4), try state("ghost4", nil)) == nil)
    #expect(difference(try state("batchnorm", 4), try state("batchnorm", nil)) != nil)
  }
}
