import Testing

@testable import Studies

/// What is concluded from results that leave no doubt, from those that do, and at the border.
@Suite struct TransferClaimsTests {
  private static let level = [16: [4, 4, 4]]

  private func verdict(_ beginning: String, _ made: MadeUpTransfer) -> Claim.Verdict? {
    made.result.claims.first { $0.text.hasPrefix(beginning) }?.verdict
  }

  /// Gaps of three trials at a batch of 64 against 4 at 16: with the averages, and with exact
  /// statistics.
  ///
  /// Three trials' interval is their mean ± 2.48 standard deviations: growths of 8, 12 and 10 are
  /// 10 ± 4.97.
  @Test(arguments: [
    ([12, 16, 14], [4, 4, 4], Claim.Verdict.confounded),
    // What grows with exact statistics is less at most than what grows with averages at least.
    ([12, 16, 14], [9, 9, 9], .confounded),
    ([12, 16, 14], [10, 10, 10], .confirmed),
    ([12, 16, 14], [12, 16, 14], .confirmed),
    // It may be less, and it may be nothing: 3 ± 8.96.
    ([12, 16, 14], [6, 11, 4], .undecided),
    ([4, 4, 4], [4, 4, 4], .undecided),
    // All trials on one side of zero are not enough: 8 ± 17.2, and −2 ± 2.48.
    ([6, 20, 10], [4, 4, 4], .undecided),
    ([3, 2, 1], [4, 4, 4], .undecided),
    ([1, 0, 1], [4, 4, 4], .refuted),
  ])
  func theGapGrows(averages: [Int], population: [Int], verdict: Claim.Verdict) {
    let made = MadeUpTransfer(
      averages: Self.level.merging([64: averages]) { $1 },
      population: Self.level.merging([64: population]) { $1 })
    #expect(self.verdict("The generalisation gap grows", made) == verdict)
  }

  /// The same gaps, with frozen layers in inference mode beside the averages.
  @Test(arguments: [
    ([12, 16, 14], [4, 4, 4], Claim.Verdict.confirmed),
    ([12, 16, 14], [1, 2, 3], .confirmed),
    ([12, 16, 14], [5, 6, 5], .confirmed),
    // Zero is not excluded, but neither is that nothing changed.
    ([12, 16, 14], [4, 12, 8], .undecided),
    ([12, 16, 14], [6, 7, 7], .refuted),
    ([12, 16, 14], [12, 16, 14], .refuted),
    // Where the averages' gap doesn't grow there is nothing to close.
    ([4, 4, 4], [4, 4, 4], .undecided),
    ([12, 16, 4], [3, 3, 3], .undecided),
    ([3, 2, 1], [0, 0, 0], .undecided),
    ([1, 2, 3], [5, 6, 7], .undecided),
  ])
  func `inference mode is enough where it stops the growth`(
    averages: [Int], inference: [Int], verdict: Claim.Verdict
  ) {
    let made = MadeUpTransfer(
      averages: Self.level.merging([64: averages]) { $1 },
      inference: Self.level.merging([64: inference]) { $1 })
    #expect(self.verdict("Frozen layers in inference mode", made) == verdict)
  }

  @Test(arguments: [(0.5, Claim.Verdict.confirmed), (0.52, .confirmed), (0.53125, .refuted)])
  func trainingIsTheSameWithinTwoPoints(accuracy: Double, verdict: Claim.Verdict) {
    let made = MadeUpTransfer(
      averages: [16: [1, 1, 1], 64: [1, 1, 1]], training: [16: 0.5, 64: accuracy])
    #expect(self.verdict("Training accuracy is the same", made) == verdict)
  }

  /// Two trials decide nothing, whether they are all that was asked for or all that is done.
  @Test func twoTrialsDecideNothing() {
    var made = MadeUpTransfer(averages: [16: [4, 4], 64: [12, 16]])
    for trials in [2, 3] {
      made.trials = trials
      #expect(made.result.claims.map(\.verdict) == [.undecided, .undecided, .undecided])
    }
    made = MadeUpTransfer(averages: [16: [4], 64: [12]])
    #expect(made.result.claims.map(\.verdict) == [.undecided])
  }

  /// Of batch sizes that aren't there, nothing is said.
  @Test func aMissingBatchSizeDecidesNothing() {
    var result = MadeUpTransfer(averages: [16: [4, 4, 4], 32: [8, 8, 8], 64: [12, 12, 12]]).result
    result.records.removeAll { $0.transfer?.batchSize == 64 }
    #expect(result.claims.map(\.verdict) == [.undecided])
    result.records.removeAll { $0.transfer?.batchSize == 32 }
    #expect(result.claims.isEmpty)
    #expect(MadeUpTransfer(averages: [16: [4, 4, 4]]).result.claims.isEmpty)
  }

  @Test func evidenceNamesGrowthAndShares() throws {
    let made = MadeUpTransfer(
      averages: [16: [4, 4, 4], 64: [12, 16, 14]], population: [16: [4, 4, 4], 64: [4, 4, 4]])
    let claim = try #require(made.result.claims.first)
    #expect(
      claim.evidence.hasPrefix(
        "From a batch of 16 to one of 64 the gap between training and validation accuracy grows by "
          + "15.6 [7.9, 23.4] points with the moving averages, and by 0.0 [0.0, 0.0] with"))
    #expect(claim.evidence.contains("Gaps after 2 epochs: 16: 6.2 [6.2, 6.2] points, of which 0.0"))
  }
}
