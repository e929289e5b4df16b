import Testing

@testable import Studies

/// What is concluded from results that leave no doubt, and from those that do.
@Suite struct FixedClaimsTests {
  private static let level: [Int: [Double]] = [1: [0.9, 0.91], 4: [0.9, 0.91], 7: [0.9, 0.91]]

  @Test(arguments: [
    ([1: [8.0, 8.1], 4: [2.0, 2.1], 7: [1.0, 1.1]], Claim.Verdict.confirmed),
    ([1: [1.0, 1.1], 4: [2.0, 2.1], 7: [8.0, 8.1]], .refuted),
    ([1: [8.0, 8.1], 4: [6.0, 6.1], 7: [1.0, 1.1]], .refuted),
    ([1: [1.0, 9.0], 4: [2.0, 2.1], 7: [0.9, 1.1]], .undecided),
  ])
  func `the time claim compares the first and last batch sizes' intervals`(
    seconds: [Int: [Double]], verdict: Claim.Verdict
  ) throws {
    let claims = MadeUpResult(secondsPerEpoch: seconds, accuracies: Self.level).claims
    let claim = try #require(claims.first { $0.text.hasPrefix("Training time") })
    #expect(claim.verdict == verdict)
  }

  @Test func timeOfSingleTrialsDecidesNothing() {
    let result = MadeUpResult(
      secondsPerEpoch: [1: [8], 4: [2], 7: [1]], accuracies: [1: [0.5], 4: [0.7], 7: [0.6]])
    #expect(result.verdict("Training time") == .undecided)
    #expect(result.verdict("Accuracy") == .undecided)
  }

  @Test func twoBatchSizesDoNotShowALevel() {
    let result = MadeUpResult(
      secondsPerEpoch: [1: [8, 8.1], 4: [2, 2.1]], accuracies: [1: [0.5, 0.5], 4: [0.7, 0.7]])
    #expect(result.verdict("Training time") == .undecided)
  }

  @Test func timeEvidenceNamesEachStep() throws {
    let claims = MadeUpResult(
      secondsPerEpoch: [1: [8, 8], 4: [2, 2], 7: [1, 1]], accuracies: Self.level
    ).claims
    let claim = try #require(claims.first { $0.text.hasPrefix("Training time") })
    #expect(claim.evidence.hasPrefix("How much faster: 1 → 4: ×4.00; 4 → 7: ×2.00."))
  }

  /// A pass of B images takes 1 s and B/10 s, whatever the model was trained with.
  @Test func latencyThatBelongsToTheInferenceBatchSizeIsConfounded() throws {
    let byInference: [Int: Double] = [1: 1.1, 4: 1.4, 7: 1.7]
    let result = MadeUpResult(
      accuracies: Self.level, latencies: [1: byInference, 4: byInference, 7: byInference])
    let claim = try #require(result.claims.first { $0.text.hasPrefix("Latency") })
    #expect(claim.verdict == .confounded)
    #expect(
      claim.evidence.contains(
        "by up to ×1.00. What there is to amortise"))
  }

  @Test func latencyThatDoesNotFallDecidesNothing() throws {
    let byInference: [Int: Double] = [1: 1, 4: 4, 7: 7]
    let slower: [Int: Double] = [1: 2, 4: 8, 7: 14]
    let result = MadeUpResult(
      accuracies: Self.level, latencies: [1: byInference, 4: slower, 7: byInference])
    let claim = try #require(result.claims.first { $0.text.hasPrefix("Latency") })
    #expect(claim.verdict == .undecided)
    #expect(claim.evidence.contains("differ by no more than ×2.00"))
    #expect(claim.evidence.contains("the claim can't be tested with it"))
  }

  @Test(arguments: [
    ([1: [0.5, 0.51], 4: [0.9, 0.91], 7: [0.6, 0.61]], Claim.Verdict.confounded),
    ([1: [0.9, 0.91], 4: [0.7, 0.71], 7: [0.5, 0.51]], .refuted),
    ([1: [0.5, 0.51], 4: [0.7, 0.71], 7: [0.9, 0.91]], .refuted),
    ([1: [0.5, 0.51], 4: [0.9, 0.91], 7: [0.6, 0.95]], .undecided),
    ([1: [0.5, 0.95], 4: [0.9, 0.91], 7: [0.6, 0.61]], .undecided),
  ])
  func `the accuracy claim compares the best batch size with both ends`(
    accuracies: [Int: [Double]], verdict: Claim.Verdict
  ) {
    #expect(MadeUpResult(accuracies: accuracies).verdict("Accuracy") == verdict)
  }

  @Test func accuracyEvidenceComparesTheSpreads() throws {
    var result = MadeUpResult(
      accuracies: [1: [0.5, 0.5], 4: [0.9, 0.9], 7: [0.6, 0.6]],
      scaledAccuracies: [1: [0.7, 0.7], 4: [0.9, 0.9], 7: [0.8, 0.8]])
    let claim = try #require(result.claims.first { $0.text.hasPrefix("Accuracy") })
    #expect(claim.evidence.hasPrefix("50.00 % [50.00, 50.00] at 1, 90.00 % [90.00, 90.00] at 4"))
    #expect(claim.evidence.contains("over 40.00 points as published and over 20.00 with"))
    // Over fewer batch sizes or trials, a spread isn't comparable.
    for incomplete in [
      [1: [0.7, 0.7], 4: [0.9, 0.9]], [1: [0.7, 0.7], 4: [0.9], 7: [0.8, 0.8]],
    ] {
      result.scaledAccuracies = incomplete
      let claim = try #require(result.claims.first { $0.text.hasPrefix("Accuracy") })
      #expect(!claim.evidence.contains("points as published"))
    }
  }

  @Test func withoutFiguresThereIsNoClaim() {
    #expect(MadeUpResult().claims.isEmpty)
    let one = MadeUpResult(
      secondsPerEpoch: [4: [1, 1]], accuracies: [4: [0.9, 0.91]], latencies: [4: [4: 1]])
    #expect(one.claims.isEmpty)
    let withoutLatency = MadeUpResult(
      secondsPerEpoch: [1: [8, 8], 4: [2, 2]], accuracies: [1: [0.9, 0.9], 4: [0.9, 0.9]])
    #expect(withoutLatency.claims.count == 1)
    #expect(withoutLatency.result.claims(model: "mlp-1").isEmpty)
  }
}
