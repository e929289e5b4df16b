import Files
import Foundation
import Measurement
import Testing

@testable import Studies

@Suite struct FixedRecordTests {
  @Test func `records survive JSON`() throws {
    let result = try SmallStudy.run()
    let data = try encodedJSON(result.records)
    let copy = try decodedJSON([FixedRecord].self, from: data)
    #expect(try encodedJSON(copy) == data)
    #expect(copy.compactMap(\.training) == result.trainings)
    #expect(copy.compactMap(\.latencies).flatMap { $0 } == result.latencies)
    #expect(copy.compactMap(\.energy) == result.energies)
  }

  @Test func `a loss that diverged survives JSON and has no mean`() throws {
    var result = MadeUpResult(accuracies: [1: [0.5], 4: [0.5]]).result
    result.records[0].training?.testLoss = .nan
    result.records[1].training?.testLoss = .infinity
    result.records = try decodedJSON([FixedRecord].self, from: encodedJSON(result.records))
    #expect(result.trainings[0].testLoss.isNaN)
    #expect(result.trainings[1].testLoss == .infinity)
    #expect(result.rows.map { $0.testLoss == nil } == [true, true])
  }

  @Test func `a record without times keeps everything else`() throws {
    for record in try SmallStudy.run().records {
      let rest = FixedStudy.withoutTimes(record)
      #expect(rest.training == record.training?.withoutTimes)
      #expect(rest.latencies == nil && rest.energy == nil)
    }
  }

  @Test func latencyPerImageDividesByTheInferenceBatchSize() throws {
    let result = MadeUpResult(accuracies: [1: [0.5]], latencies: [4: [8: 2]]).result
    let latency = try #require(
      result.latency(model: MadeUpResult.model, training: 4, inference: 8))
    #expect(latency.perImage == Seconds(0.25))
    #expect(result.latency(model: MadeUpResult.model, training: 8, inference: 4) == nil)
  }
}
