import Testing

@testable import Verification

@Suite struct PartWeightsTests {
  private static let shares = [0.5, 0.3, 0.2]
  /// What a few roundings of numbers up to 3 come to.
  private static let rounding = 16 * Double.ulpOfOne

  @Test(
    arguments: [
      ([0.5, 0.3, 0.2], nil), ([1.0 / 3, 1.0 / 3, 1.0 / 3], .meanOfMeans),
      ([0.4, 0.35, 0.25], .meanOfMeans), ([1, 1, 1], .notDivided), ([1.5, 0.9, 0.6], .notDivided),
      ([1.0 / 9, 1.0 / 9, 1.0 / 9], .dividedTwice), ([0.5 / 3, 0.1, 0.2 / 3], .dividedTwice),
      ([0, 0, 0.2], .lastPartOnly), ([0, 0, 1], .lastPartOnly), ([0.5, 0, 0.2], .partDropped),
      ([0.5, 0.3, 0], .partDropped), ([0, 0, 0], .partDropped), ([1.5, 0.6, 0.2], .notCleared),
      ([1, 2.0 / 3, 1.0 / 3], .notCleared), ([3, 2, 1], .notCleared), ([0.7, 0.2, 0.5], nil),
    ] as [([Double], Diagnosis?)])
  func `Weights of the parts fit one fault, or none`(split: [Double], expected: Diagnosis?) {
    let weights = PartWeights(split: split, whole: Self.shares, tolerance: Self.rounding)
    #expect(weights.diagnosis == expected)
    #expect(weights.agree == (split == Self.shares))
  }

  @Test func `A sum over samples, whose parts count once each, agrees with itself`() {
    let weights = PartWeights(split: [1, 1, 1], whole: [1, 1, 1], tolerance: Self.rounding)
    #expect(weights.agree && weights.diagnosis == nil)
    let averaged = PartWeights(
      split: [1.0 / 3, 1.0 / 3, 1.0 / 3], whole: [1, 1, 1], tolerance: Self.rounding)
    #expect(averaged.diagnosis == .meanOfMeans)
  }

  @Test func `Weights that aren't known well enough say nothing`() {
    for tolerance in [0.1, .infinity, .nan] {
      let weights = PartWeights(split: [1, 1, 1], whole: Self.shares, tolerance: tolerance)
      #expect(!weights.areKnown && weights.diagnosis == nil)
    }
    let lost = PartWeights(split: [.nan, 1, 1], whole: Self.shares, tolerance: Self.rounding)
    #expect(lost.diagnosis == nil)
  }

  @Test func `Two parts have no pattern of gradients that aren't cleared`() {
    let weights = PartWeights(split: [1, 0.5], whole: [0.5, 0.5], tolerance: Self.rounding)
    #expect(weights.diagnosis != .notCleared)
  }
}
