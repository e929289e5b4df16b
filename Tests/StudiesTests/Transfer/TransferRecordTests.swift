import Testing

@testable import Studies

/// What the rows of a transfer study are made of.
@Suite struct TransferRecordTests {
  private static let result = MadeUpTransfer(
    averages: [16: [8, 16, 24], 64: [32, 32, 32]], population: [16: [4, 8, 6], 64: [0, 0, 8]],
    inference: [16: [1, 2, 3], 64: [4, 4, 4]]
  ).result

  /// Gaps are training less validation, lag is what exact statistics win, in points of 100/64.
  @Test func aRowHasGapLagAndShare() throws {
    let point = 100.0 / 64
    let row = try #require(Self.result.row(batchSize: 16, epochs: 2))
    #expect(row.trainingPercent(.averages)?.mean == 75)
    #expect(row.trainingPercent(.inference)?.mean == 50)
    #expect(row.gap(.averages)?.mean == 16 * point)
    #expect(row.gap(.matched)?.mean == 16 * point)
    #expect(row.gap(.population)?.mean == 6 * point)
    #expect(row.gap(.inference)?.mean == 2 * point)
    #expect(row.lag?.mean == 10 * point)
    // 4 of 8, 8 of 16, and 18 of 24; the first counts as it is, and the others' differences from it.
    #expect(row.lagSharePercent?.mean == 50 + 25.0 / 3)
    #expect(row.validationPercent(.averages)?.mean == 75 - 16 * point)
    #expect(row.validationPercent(.population)?.mean == 75 - 6 * point)
    #expect(row.validationPercent(.inference)?.mean == 50 - 2 * point)
    #expect(row.sourceShare?.mean == 0.25)
    #expect(row.steps == 8)
    #expect(Self.result.predictedShare(steps: row.steps) == 1.0 / 256)
    #expect(try #require(Self.result.row(batchSize: 16, epochs: 1)).lag?.mean == 12.5)
  }

  @Test func aTrialWithoutAGapHasNoShare() throws {
    let none = MadeUpTransfer(averages: [16: [8, 0, 24], 64: [1, 1, 1]]).result
    #expect(try #require(none.row(batchSize: 16, epochs: 2)).lagSharePercent == nil)
    #expect(try #require(none.row(batchSize: 64, epochs: 2)).lagSharePercent?.mean == 100)
    let negative = MadeUpTransfer(averages: [16: [8, -4, 24]]).result
    #expect(try #require(negative.row(batchSize: 16, epochs: 2)).lagSharePercent == nil)
  }

  @Test func `a batch size without transfers has no row`() {
    var result = Self.result
    result.records.removeAll { $0.transfer?.batchSize == 16 }
    #expect(result.row(batchSize: 16, epochs: 2) == nil)
    #expect(result.rows(epochs: 2).map(\.batchSize) == [64])
    result.records.removeAll { $0.transfer?.isInferenceMode == false }
    #expect(result.rows(epochs: 2).isEmpty)
  }

  @Test(arguments: [
    (10, 10, [15, 20]), (1, 1, [1, 2]), (1, 2, [2, 3]), (3, 1, [3, 4]), (1, 0, [1]),
  ])
  func `three quarters of the epochs and all are compared`(first: Int, second: Int, epochs: [Int]) {
    var result = Self.result
    result.options.first.epochs = first
    result.options.second.epochs = second
    #expect(result.comparedEpochs == epochs)
  }

  /// Pairs are of the same trial, whatever order they were done in.
  @Test func growthIsPairedByTrial() throws {
    var result = MadeUpTransfer(averages: [16: [8, 16, 24], 64: [24, 16, 32]]).result
    let growth = try #require(result.growth(.averages))
    let point = 100.0 / 64
    #expect(growth.mean == 8 * point)
    #expect(growth.standardDeviation == 8 * point)
    result.records.reverse()
    #expect(result.growth(.averages) == growth)
    result.records.removeAll { $0.transfer?.batchSize == 64 && $0.transfer?.trial == 1 }
    #expect(result.growth(.averages)?.count == 2)
    result.records.removeAll { $0.transfer?.batchSize == 64 && $0.transfer?.trial == 0 }
    #expect(result.growth(.averages) == nil)
    result = Self.result
    result.options.batchSizes = [64]
    #expect(result.growth(.averages) == nil)
  }
}
