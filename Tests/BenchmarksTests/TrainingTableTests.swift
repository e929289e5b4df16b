import CommandLineTools
import Datasets
import Measurement
import Testing
import TrainingCore

@testable import benchmarks

@Suite struct TrainingTableTests {
  private let engines: [Engine] = [
    .reference, .optimized(threads: 1), .optimized(threads: 2),
  ]

  /// Seven rounds of each, all alike.
  private func outcome(_ seconds: [Double]) -> Contest.Outcome {
    Contest.Outcome(
      times: seconds.map {
        Series([:], unit: "s/step", samples: Array(repeating: $0, count: 7))
      })
  }

  @Test func anEpochIsAllImagesOfTheDataSet() throws {
    #expect(try DatasetCatalog().load(Workload.dataset).training.count == Workload.epochSize)
    #expect(SpeedTable.secondsPerEpoch(0.5, 16, 64) == 2)
    // A last batch that isn't whole is a step, too.
    #expect(SpeedTable.secondsPerEpoch(0.5, 16, 65) == 2.5)
  }

  @Test func speedsStandBesideTheReference() {
    var table = SpeedTable(caption: "", unit: "step", epochSize: 64)
    table.add(outcome([2, 0.5, 0.25]), engines: engines, batchSize: 16)
    let rows = table.table.rows
    #expect(rows.map { $0[1] } == [.text("reference"), .text("1 thread"), .text("2 threads")])
    #expect(rows.map { $0[4] } == [8, 2, 1].map { .figure($0) })
    #expect(rows.map { $0[5] } == [8, 32, 64].map { .count($0) })
    #expect(rows.map { $0[6] } == [.unavailable, .figure(4), .figure(8)])
    #expect(rows.map { $0[8] } == [.figure(nil), .figure(1), .figure(2)])
  }

  /// The share of the peak is that of each round: a machine that slows down cancels out.
  @Test func `a share of the peak is that of the round's own peak`() {
    // Time × peak is the same in six rounds of seven, not so of their medians.
    let seconds: [Double] = [2, 2, 2, 2, 4, 4, 4]
    let rates = [8e9, 8e9, 8e9, 4e9, 4e9, 4e9, 4e9]
    let outcome = EngineComparison.Outcome(
      contest: Contest.Outcome(times: [Series([:], unit: "s/step", samples: seconds)]),
      peaks: [1: Series([:], unit: "FLOP/s", samples: rates)])
    let peaks = MachinePeaks(
      threads: 1, operations: OperationsPerSecond(1e9), read: BytesPerSecond(2e9),
      triad: BytesPerSecond(4e9))
    var table = LimitTable(caption: "", bandwidth: \.triad)
    table.add(
      outcome, engines: [.reference], batchSize: 1, operations: 4_000_000_000,
      bytes: 2_000_000_000, peaks: [peaks])
    #expect(
      table.table.rows[0].suffix(6) == [2, 4, 25, 1, 4, 25].map { .figure($0) })
  }

  @Test func tablesFitATerminal() {
    var speeds = SpeedTable(caption: "", unit: "step", epochSize: Workload.epochSize)
    var limits = LimitTable(caption: "", bandwidth: \.triad)
    let peaks = MachinePeaks(
      threads: 1, operations: OperationsPerSecond(5.432e12), read: BytesPerSecond(1e11),
      triad: BytesPerSecond(1.234e12))
    for (batchSize, seconds) in [
      (1, [0.0012345, 0.000031256, 0.0000212345]), (256, [0.9, 0.0012345, 0.0007234]),
    ] {
      speeds.add(outcome(seconds), engines: engines, batchSize: batchSize)
      limits.add(
        EngineComparison.Outcome(
          contest: outcome(seconds),
          peaks: [1, 2].reduce(into: [:]) {
            $0[$1] = Series([:], unit: "FLOP/s", samples: [5.432e12])
          }),
        engines: engines, batchSize: batchSize, operations: 876_543_210, bytes: 40_000_000,
        peaks: [peaks, peaks, peaks])
    }
    for text in [speeds.table.terminalText(), limits.table.terminalText()] {
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    }
  }

  @Test func `a step reads and writes parameters, averages and slots, and reads its images`() throws
  {
    func bytes(_ optimizer: OptimizerSpec, _ name: String) throws -> (Int, Int) {
      let workload = try Workload(
        model: ModelSpec(named: name), optimizer: optimizer, batchSize: 4,
        images: Workload.images())
      return (workload.trainingBytesPerStep, workload.inferenceBytesPerCall)
    }
    let images = 4 * 784 * 4
    let weights = 784 * 2 + 2 + 2 * 10 + 10
    // Read and written once a step, four bytes each; an image read once.
    #expect(
      try bytes(.sgd(SGDSpec()), "mlp:784-2-10") == (8 * weights + images, 4 * weights + images))
    #expect(try bytes(.adam(AdamSpec()), "mlp:784-2-10").0 == 3 * 8 * weights + images)
    #expect(try bytes(.rmsprop(RMSpropSpec()), "mlp:784-2-10").0 == 2 * 8 * weights + images)
    // Scale and shift have moments, moving averages haven't.
    let (training, inference) = try bytes(.adam(AdamSpec()), "mlp:784-2-10+batchnorm")
    #expect(training == 8 * (3 * (weights + 4) + 4) + images)
    #expect(inference == 4 * (weights + 8) + images)
  }
}
