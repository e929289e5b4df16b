import Testing
@testable import Statistics

@Test func threeTrialsHaveStudentsInterval() throws {
  let summary = try #require(TrialMean([1, 2, 3]))
  #expect(summary.count == 3)
  #expect(summary.mean == 2)
  #expect(summary.standardDeviation == 1)
  let interval = try #require(summary.interval())
  // t for 2 degrees of freedom in closed form: p · √(2 / (1 − p²)).
  let halfWidth = 0.95 * (2 / (1 - 0.95 * 0.95)).squareRoot() / 3.0.squareRoot()
  #expect(abs(interval.upper - 2 - halfWidth) <= StudentDistribution.relativeError * halfWidth)
  #expect(abs(2 - interval.lower - halfWidth) <= StudentDistribution.relativeError * halfWidth)
  #expect(interval.level == 0.95)
  let wider = try #require(summary.interval(level: 0.99))
  #expect(wider.lower < interval.lower && interval.upper < wider.upper)
}

@Test func aSingleTrialHasNoDeviationAndNoInterval() throws {
  let summary = try #require(TrialMean([4.5]))
  #expect(summary.mean == 4.5)
  #expect(summary.standardDeviation == nil)
  #expect(summary.interval() == nil)
}

@Test func equalTrialsHaveExactlyTheirOwnMean() throws {
  let summary = try #require(TrialMean([0.1, 0.1, 0.1]))
  #expect(summary.mean == 0.1)
  #expect(summary.standardDeviation == 0)
  #expect(summary.interval() == Interval(lower: 0.1, upper: 0.1, level: 0.95))
}

@Test(arguments: [
  [], [1, .nan], [.infinity, 1],
  [Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude],
])
func unusableTrialsGiveNoMean(trials: [Double]) {
  #expect(TrialMean(trials) == nil)
}
