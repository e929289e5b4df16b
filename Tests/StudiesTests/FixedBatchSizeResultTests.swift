import Files
import Foundation
import Measurement
import Testing
@testable import Studies

@Suite struct FixedBatchSizeResultTests {
  private func decoded(_ data: Data) throws -> FixedBatchSizeResult {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(FixedBatchSizeResult.self, from: data)
  }

  @Test func survivesJSON() throws {
    let result = try SmallStudy.run()
    let data = try encodedJSON(result)
    let copy = try decoded(data)
    #expect(try encodedJSON(copy) == data)
    #expect(copy.options == result.options)
    #expect(copy.data == result.data)
    #expect(copy.machine == result.machine)
    #expect(copy.engine == "reference")
    #expect(copy.isComplete)
    #expect(copy.models == result.models)
    #expect(copy.trainings == result.trainings)
    #expect(copy.latencies.map(\.measured) == result.latencies.map(\.measured))
  }

  @Test func aLossThatDivergedSurvivesJSON() throws {
    var result = MadeUpResult(accuracies: [1: [0.5], 4: [0.5]]).result
    result.trainings[0].testLoss = .nan
    result.trainings[1].testLoss = .infinity
    let copy = try decoded(try encodedJSON(result))
    #expect(copy.trainings[0].testLoss.isNaN)
    #expect(copy.trainings[1].testLoss == .infinity)
    #expect(copy.rows.map { $0.testLoss == nil } == [true, true])
  }

  @Test func latencyPerImageDividesByTheInferenceBatchSize() throws {
    let result = MadeUpResult(accuracies: [1: [0.5]], latencies: [4: [8: 2]]).result
    let latency = try #require(
      result.latency(model: MadeUpResult.model, training: 4, inference: 8))
    #expect(latency.perImage == Seconds(0.25))
    #expect(result.latency(model: MadeUpResult.model, training: 8, inference: 4) == nil)
  }
}
