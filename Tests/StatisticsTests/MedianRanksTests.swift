import Testing
@testable import Statistics

/// Binomial coefficients by Pascal's rule, exact in integers: another way to the same chances.
private func binomials(_ count: Int) -> [UInt64] {
  var row: [UInt64] = [1]
  for _ in 0..<count { row = zip([0] + row, row + [0]).map { $0 &+ $1 } }
  return row
}

/// The published ranks of 95 % intervals (David and Nagaraja; any table of the sign test).
@Test(arguments: [
  (6, 1, 6), (7, 1, 7), (8, 1, 8), (9, 2, 8), (10, 2, 9), (11, 2, 10), (12, 3, 10), (15, 4, 12),
  (20, 6, 15), (25, 8, 18), (50, 18, 33), (100, 40, 61),
])
func ranksAtNinetyFivePercent(count: Int, lower: Int, upper: Int) throws {
  let ranks = try #require(MedianRanks(count: count, level: 0.95))
  #expect(ranks.lower == lower)
  #expect(ranks.upper == upper)
}

@Test(arguments: 2...60, [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
func ranksAreTheInnermostThatReachTheLevel(count: Int, level: Double) {
  let row = binomials(count)
  func coverage(_ rank: Int) -> Double {
    rank <= count - rank
      ? Double(row[rank...(count - rank)].reduce(0, +)) / Double(UInt64(1) << UInt64(count)) : 0
  }
  let expected = (1...(count / 2)).last { coverage($0) >= level }
  let ranks = MedianRanks(count: count, level: level)
  #expect(ranks?.lower == expected)
  if let ranks, let expected {
    #expect(ranks.upper == count + 1 - expected)
    // A term is n/2 steps of two roundings, a sum of terms n/2 more; numerator, denominator and
    // their quotient stay within 4n roundings in all.
    let roundings = 2 * Double(count) * .ulpOfOne
    #expect(
      abs(ranks.coverage - coverage(expected)) <= roundings / (1 - roundings) * ranks.coverage)
  }
}

@Test(arguments: [(0, 0.95), (1, 0.5), (5, 0.95), (10, 0), (10, 1), (10, .nan), (10, -1)])
func tooFewSamplesOrNoLevelGiveNoRanks(count: Int, level: Double) {
  #expect(MedianRanks(count: count, level: level) == nil)
}

/// For large n the half-width tends to 1.96 · √n / 2 ranks.
@Test func ranksOfManySamplesAreNormal() throws {
  let ranks = try #require(MedianRanks(count: 1_000_000, level: 0.95))
  #expect(abs(ranks.lower - (500_000 - 980)) <= 1)
  #expect(ranks.lower + ranks.upper == 1_000_001)
}
