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
    let samples = measureInference(
      of: trainers, on: SmallStudy.examples(images), batchSize: batchSize,
      seconds: Seconds(seconds))
    return (log.passes, samples)
  }

  /// Round r takes batch r modulo the number of whole batches; round 0 warms up.
  @Test(arguments: [(20, 7, 2), (20, 1, 20), (20, 20, 1), (200, 1, 64)])
  func modelsTakeTurnsAndInputsRotate(images: Int, batchSize: Int, batches: Int) throws {
    let (passes, samples) = try passes(
      trainers: 3, images: images, batchSize: batchSize, seconds: .infinity)
    #expect(samples.map(\.calls.count) == [999, 999, 999])
    #expect(passes.count == 3 * 1000)
    for (index, pass) in passes.enumerated() {
      let first = index / 3 % batches * batchSize
      let expected = PassLog.Pass(
        trainer: index % 3, samples: Array(first..<first + batchSize))
      guard pass == expected else {
        Issue.record("pass \(index): \(pass), expected \(expected)")
        return
      }
    }
  }

  @Test func withoutTimeEachModelIsTimedOnce() throws {
    let (passes, samples) = try passes(trainers: 2, images: 20, batchSize: 7, seconds: 0)
    #expect(samples.map(\.calls.count) == [1, 1])
    #expect(passes.map(\.trainer) == [0, 1, 0, 1])
  }
}
