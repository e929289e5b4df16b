import Measurement
import Testing
import TrainingCore

@testable import Studies

@Suite struct InferenceLatencyTests {
  private func passes(
    trainers count: Int, images: Int, batchSize: Int, seconds: Double
  ) throws -> (passes: [PassLog.Pass], samples: [LatencySample]) {
    let log = PassLog()
    let spec = try ModelSpec(named: SmallStudy.model)
    let trainers = (0..<count).map { ScriptedTrainer(spec, name: $0, log: log) }
    let latencies = InferenceLatency.measure(
      [Array(trainers.dropLast()), trainers.suffix(1)], on: SmallStudy.examples(images),
      batchSize: batchSize, seconds: Seconds(seconds))
    #expect(latencies.map(\.copies.count) == [count - 1, 1])
    #expect(latencies.allSatisfy { $0.batchSize == batchSize })
    return (log.passes, latencies.flatMap(\.copies))
  }

  @Test func fewerImagesThanABatchRepeat() throws {
    let (passes, _) = try passes(trainers: 2, images: 3, batchSize: 7, seconds: 0)
    #expect(!passes.isEmpty)
    #expect(passes.allSatisfy { $0.samples == [0, 1, 2, 0, 1, 2, 0] })
  }

  /// A turn is two passes, of which the second is timed; pass p of a model takes batch p modulo the
  /// number of whole batches.
  @Test(arguments: [(20, 7, 2), (20, 1, 20), (20, 20, 1), (200, 1, 64)])
  func modelsTakeTurnsAndInputsRotate(images: Int, batchSize: Int, batches: Int) throws {
    let (passes, samples) = try passes(
      trainers: 3, images: images, batchSize: batchSize, seconds: .infinity)
    #expect(samples.map(\.calls.count) == [500, 500, 500])
    #expect(passes.count == 3 * 1000)
    for (index, pass) in passes.enumerated() {
      let (round, turn) = (index / 6, index % 6)
      let first = (2 * round + turn % 2) % batches * batchSize
      let expected = PassLog.Pass(
        trainer: turn / 2, samples: Array(first..<first + batchSize))
      guard pass == expected else {
        Issue.record("pass \(index): \(pass), expected \(expected)")
        return
      }
    }
  }

  /// Medians of 2 s, 4 s and 6 s a pass of 2 images: a mean of 2 s per image, with Student's t
  /// for three copies, 4.3027 (published tables), times 1/√3 on either side.
  @Test func theFigureIsTheMeanOverCopies() throws {
    let copies = try [2.0, 4, 6].map { median in
      try #require(LatencySample(calls: [median - 1, median, median + 5].map { Seconds($0) }))
    }
    let latency = InferenceLatency(batchSize: 2, copies: copies)
    #expect(latency.perImage == Seconds(2))
    #expect(latency.placementEffect == 3)
    let interval = try #require(latency.interval)
    #expect(interval.lower == Seconds(0))
    #expect(((interval.upper.value - 2) * 3.0.squareRoot() * 1e4).rounded() == 43027)
    #expect(InferenceLatency(batchSize: 2, copies: [copies[0]]).interval == nil)
  }

  /// The sum of three times 0.1, over three, is more than 0.1.
  @Test func theFigureIsInItsInterval() throws {
    let copy = try #require(LatencySample(calls: [Seconds(0.1)]))
    let latency = InferenceLatency(batchSize: 1, copies: [copy, copy, copy])
    let interval = try #require(latency.interval)
    #expect(interval.lower <= latency.perImage && latency.perImage <= interval.upper)
  }

  @Test func withoutTimeEachModelIsTimedOnce() throws {
    let (passes, samples) = try passes(trainers: 2, images: 20, batchSize: 7, seconds: 0)
    #expect(samples.map(\.calls.count) == [1, 1])
    #expect(passes.map(\.trainer) == [0, 0, 1, 1])
  }
}
