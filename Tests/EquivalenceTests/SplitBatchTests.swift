import OptimizedTraining
import PropertyTesting
import Testing
import TrainingCore

/// What a batch may be cut into without changing a bit, and what the optimized trainer does with
/// its parts.
@Suite struct SplitBatchTests {
  private static let splits = [
    [20, 40], [1], [59], [7, 8, 33], Array(1...59), [15, 31, 48], [0], [30, 30],
  ]

  private func configuration(_ words: String, clipNorm: Double?) throws -> RunConfiguration {
    var configuration = try RunConfiguration(words: words, .sgd(SGDSpec(momentum: 0.9)))
    configuration.clipNorm = clipNorm
    return configuration
  }

  /// The parts of 0 ..< 60 behind each of the given places.
  private func parts(_ ends: [Int]) -> [Range<Int>] {
    zip([0] + ends, ends + [60]).map { $0..<$1 }
  }

  /// Goes through two steps of 60 samples in parts.
  private func train<T: Trainer>(
    _ trainer: inout T, parts: [Range<Int>], of examples: Examples
  ) -> Tally {
    var tally = Tally()
    for epoch in 0..<2 {
      for part in parts {
        tally.add(
          trainer.accumulateGradient(of: Batch(part.map { 59 - $0 }, of: examples, epoch: epoch)))
      }
      trainer.step(learningRate: 0.1, batchSize: 60)
    }
    return tally
  }

  @Test(
    arguments: [
      "7 dense4", "7 dense40 relu dense19 tanh dense4", "7 dropout0.2 dense33 dropout0.5 dense4",
    ], splits)
  func anySplitHasTheBitsOfTheWhole(_ words: String, _ ends: [Int]) throws {
    for clipNorm in [nil, 0.05] {
      let configuration = try configuration(words, clipNorm: clipNorm)
      let examples = Examples.random(60, for: configuration.model)
      var whole = try OptimizedTrainer(configuration, threads: 2)
      var split = try OptimizedTrainer(configuration, threads: 3)
      let expected = train(&whole, parts: [0..<60], of: examples)
      #expect(train(&split, parts: parts(ends), of: examples) == expected)
      #expect(difference(split.state, whole.state) == nil)
    }
  }

  /// With batch normalisation, too, parts are what the reference makes of the same parts.
  @Test(
    arguments: [
      "7 dense40 batchnorm relu dense4", "7 batchnorm dense19 ghost4 dropout0.5 dense4",
      "7 dense19 tanh dense4",
    ], splits.filter { !$0.contains(1) && !$0.contains(59) })
  func partsAreTheReferencesParts(_ words: String, _ ends: [Int]) throws {
    for clipNorm in [nil, 0.05] {
      let configuration = try configuration(words, clipNorm: clipNorm)
      let examples = Examples.random(60, for: configuration.model)
      var twins = try Twins(configuration, threads: 2)
      _ = train(&twins, parts: parts(ends), of: examples)
    }
  }

  @Test func withBatchNormalisationTheSplitIsDifferent() throws {
    let configuration = try configuration("7 dense19 batchnorm dense4", clipNorm: nil)
    let examples = Examples.random(60, for: configuration.model)
    var whole = try OptimizedTrainer(configuration, threads: 2)
    var split = whole
    let expected = train(&whole, parts: [0..<60], of: examples)
    #expect(train(&split, parts: parts([30]), of: examples) != expected)
    #expect(split.state.parameters != whole.state.parameters)
  }

  @Test(arguments: [[30], [5, 25], [20, 40]])
  func withGhostGroupsThatDivideThePartsItIsTheSame(_ ends: [Int]) throws {
    let configuration = try configuration("7 dense19 ghost5 relu dense4", clipNorm: nil)
    let examples = Examples.random(60, for: configuration.model)
    var whole = try OptimizedTrainer(configuration, threads: 2)
    var split = whole
    let expected = train(&whole, parts: [0..<60], of: examples)
    #expect(train(&split, parts: parts(ends), of: examples) == expected)
    var (one, other) = (split.state, whole.state)
    (one.batchesTracked, other.batchesTracked) = (0, 0)
    #expect(difference(one, other) == nil)
  }
}
