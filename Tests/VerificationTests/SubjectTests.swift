import PropertyTesting
import Testing
import TrainingCore

@testable import Verification

@Suite struct SplitTests {
  @Test func partsStandSideBySide() {
    let split = Split(sizes: [3, 1, 4])
    #expect(split.parts == [0..<3, 3..<4, 4..<8])
    #expect(split.count == 8 && !split.isEqual)
    #expect(split.description == "3 + 1 + 4")
    #expect(Split(sizes: [1, 2, 3, 4, 5]).description == "1 + 2 + … + 5")
  }

  @Test func `equal parts exist only where their number divides the batch`() {
    #expect(Split(12, equalParts: 4)?.sizes == [3, 3, 3, 3])
    #expect(Split(12, equalParts: 4)?.description == "4 × 3")
    #expect(Split(12, equalParts: 5) == nil && Split(12, equalParts: 24) == nil)
    #expect(Split(12, equalParts: 0) == nil && Split(0, equalParts: 1) == nil)
  }

  @Test func groupsThatPartsCutCouple() throws {
    let layers = { (size: Int?) in
      [LayerSpec.batchNorm(.pytorch(features: 3, groupSize: size)), .dense(inputs: 3, outputs: 2)]
    }
    let image = ImageShape(height: 1, width: 1, channels: 3)
    let ghost = try ModelSpec(name: "ghost", input: image, layers: layers(4))
    #expect(!ghost.isUncoupled)
    #expect(ghost.coupling(of: Split(sizes: [4, 8, 3])) == nil)
    #expect(
      ghost.coupling(of: Split(sizes: [4, 6, 5]))
        == "ghost groups of 4 are cut where a part begins at 10")
    let whole = try ModelSpec(name: "whole", input: image, layers: layers(nil))
    #expect(whole.coupling(of: Split(sizes: [15])) == nil)
    #expect(whole.coupling(of: Split(sizes: [8, 7])) != nil)
  }
}

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
