import Testing
@testable import Statistics

/// Definition 7 puts p = k / (n − 1) exactly on sample k, and goes straight in between.
@Test func quantilesInterpolateBetweenSamples() throws {
  let order = try #require(OrderStatistics([40, 10, 30, 20, 50]))
  #expect(order.sorted == [10, 20, 30, 40, 50])
  for (probability, expected) in [
    (0, 10.0), (0.25, 20), (0.5, 30), (0.75, 40), (1, 50), (0.125, 15), (0.625, 35), (-1, 10),
    (2, 50),
  ] {
    #expect(order.quantile(probability) == expected)
  }
}

/// Positions 0.3, 1.5 and 2.7, so 1 + 0.3, 2 + 0.5 · 2 and 4 + 0.7 · 4.
///
/// The position, the fraction, its complement, two products and a sum are rounded; the fraction
/// loses at most 2.7's rounding, four times its own.
@Test func `quantiles of four samples lie at positions 0.3, 1.5 and 2.7`() throws {
  let order = try #require(OrderStatistics([8, 1, 4, 2]))
  #expect(abs(order.quantile(0.1) - 1.3) <= 4 * 1.3.ulp)
  #expect(order.median == 3)
  #expect(abs(order.quantile(0.9) - 6.8) <= 8 * 6.8.ulp)
}

@Test func quantilesOfEqualSamplesAreTheSample() throws {
  let order = try #require(OrderStatistics([0.1, 0.1, 0.1]))
  for step in 0...100 {
    #expect(order.quantile(Double(step) / 100) == 0.1)
  }
}

@Test func quantilesDoNotOverflow() throws {
  let huge = Double.greatestFiniteMagnitude
  #expect(try #require(OrderStatistics([-huge, huge])).median == 0)
  #expect(try #require(OrderStatistics([7])).quantile(0.3) == 7)
}

@Test(arguments: [[], [1, .nan], [.infinity]])
func unusableSamplesGiveNoStatistics(samples: [Double]) {
  #expect(OrderStatistics(samples) == nil)
}

@Test func medianIntervalEndsAtItsRanks() throws {
  // Ranks 2 and 9 of ten: see MedianRanksTests.
  let order = try #require(OrderStatistics([3, 1, 4, 15, 9, 2, 6, 5, 35, 8]))
  #expect(order.medianInterval() == Interval(lower: 2, upper: 15, level: 0.95))
  #expect(try #require(OrderStatistics([1, 2, 3, 4, 5])).medianInterval() == nil)
}
