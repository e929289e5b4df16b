import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

/// Of a large model, rounding bounds are computed for the beginning of the batch.
@Suite struct AffordableTests {
  @Test func aLargeBatchIsCutInProportion() throws {
    let configuration = try RunConfiguration(words: "10000 dense300 dense4", .sgd(SGDSpec()))
    let subject = Subject(
      configuration, examples: .random(200, for: configuration.model), batch: Array(0..<200),
      splits: [[100, 100], [1, 199], [50, 150]].map(Split.init))
    let beginning = subject.affordable()
    let count = beginning.batch.count
    #expect(count < 200 && count * 3_001_200 <= 1 << 28 && (count + 1) * 3_001_200 > 1 << 28)
    #expect(beginning.batch == Array(0..<count))
    #expect(
      beginning.splits.map(\.sizes) == [
        [count / 2, count - count / 2], [count], [count / 4, count - count / 4],
      ])
    let small = try Subject.example("9 dense4", splits: [[100, 100]])
    #expect(small.affordable().batch.count == 200)
  }
}
