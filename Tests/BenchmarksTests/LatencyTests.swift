import CommandLineTools
import Measurement
import OptimizedTraining
import ReferenceTraining
import Statistics
import Testing
import TrainingCore
@testable import benchmarks

@Suite struct LatencyTests {
  private func row(_ trainedAt: Int, _ copies: [Double]) -> LatencyRow {
    ResultSamples.latency(trainedAt: trainedAt, copies: copies)
  }

  @Test func theMedianIsThatOfTheCopiesAndSoIsItsInterval() {
    let row = row(1, [5, 1, 4, 2, 3, 7, 6])
    #expect(row.median == Seconds(4))
    #expect(row.interval == Interval(lower: Seconds(1), upper: Seconds(7), level: 0.95))
    #expect(row.calls.count == 49)
    #expect(self.row(1, [1, 2, 3, 4, 5]).interval == nil)
  }

  @Test func modelsAreTheSameWhereAllIntervalsMeet() {
    let low = row(1, [1, 2, 3, 4, 5, 6, 7])
    let middle = row(16, [7, 8, 9, 10, 11, 12, 13])
    let high = row(128, [8, 8, 8, 8, 8, 8, 9])
    #expect(LatencyVerdict([low, middle]) == .same)
    #expect(LatencyVerdict([middle, high]) == .same)
    #expect(LatencyVerdict([low, high]) == .different)
    #expect(LatencyVerdict([low, middle, high]) == .different)
    #expect(LatencyVerdict([low]) == .unknown)
    #expect(LatencyVerdict([low, row(2, [1, 2, 3])]) == .unknown)
  }

  @Test func aPercentileThatTheCallsDoNotSupportIsADash() {
    // 7 copies of 6 calls: enough for the 90th percentile, which takes 36, not for the 99th.
    let table = LatencyTables.percentiles("", [ResultSamples.latency(trainedAt: 1, calls: 6)])
    #expect(table.rows.count == 3)
    let lines = table.terminalText().split(separator: "\n").suffix(3).map(String.init)
    #expect(lines.map { $0.contains("–") } == [false, false, true])
    #expect(table.rows[2].suffix(6).allSatisfy { $0 == .figure(nil, digits: 4) })
    // A call of 4 images takes 4 s in the median: 4,000,000 µs, and an image's share is a quarter.
    #expect(table.rows[0][4] == .figure(4e6, digits: 4))
    #expect(table.rows[0][7] == .figure(1e6, digits: 4))
  }

  @Test func theVerdictStandsOnceForEachInferenceBatchSize() {
    let rows = [1, 4].flatMap { batch in
      [1, 128].map { ResultSamples.latency(trainedAt: $0, batch: batch) }
    }
    let table = LatencyTables.sideBySide("", rows)
    let verdicts = table.rows.map { $0[6] }
    let same = "same within intervals"
    #expect(verdicts == [.text(""), .text(same), .text(""), .text(same)])
    #expect(table.rows[3].prefix(3) == [.count(4), .text("128"), .count(7)])
    let chart = LatencyTables.chart("", rows)
    #expect(chart.series.map(\.name) == ["trained at 1", "trained at 128"])
    #expect(chart.series[0].points.map(\.x) == [1, 4])
    #expect(chart.series[0].points.map(\.y) == [4e6, 1e6])
  }

  @Test func everyCopyHasAsManyCallsOfTheTrainedModel() throws {
    let workload = try Workload(
      model: ModelSpec(named: "mlp:784-8-10"), optimizer: .sgd(SGDSpec()), batchSize: 64,
      images: Workload.images())
    let states = [UInt64(1), 2].map {
      ModelState.initial(model: workload.model, optimizer: workload.optimizer, seed: $0)
    }
    let contest = try LatencyContest<ReferenceTrainer<Float>>(
      states, workload.configuration, copies: 3, threads: 1, workload)
    #expect(contest.batches.count == 16)
    let expected = try states.map {
      try OptimizedTrainer(workload.configuration, state: $0).outputs(for: contest.batches[0])
    }
    try contest.verify(against: expected)
    // Outputs of other weights are not those of the model.
    #expect(throws: CommandError.self) { try contest.verify(against: expected.reversed()) }
    let times = try contest.measure(limit: .zero)
    #expect(times.map { $0.map(\.count) } == [[7, 7, 7], [7, 7, 7]])
    #expect(try contest.measure(limit: Seconds(60), mostRounds: 9)[1][2].count == 9)
    // Models take turns copy by copy, two calls each, and no call has the images of the one before.
    var turns: [[Int]] = []
    var inputs: [Int] = []
    _ = try contest.measure(limit: .zero) { model, copy, batch in
      turns.append([copy, model])
      inputs.append(batch)
    }
    let round = (0..<3).flatMap { copy in [0, 0, 1, 1].map { [copy, $0] } }
    let rounds = LatencyContest<ReferenceTrainer<Float>>.warmUpRounds + 7
    #expect(turns == Array(repeating: round, count: rounds).flatMap { $0 })
    #expect(zip(inputs, inputs.dropFirst()).allSatisfy { $0 != $1 })
    #expect(Set(inputs) == Set(0..<16))
  }
}
