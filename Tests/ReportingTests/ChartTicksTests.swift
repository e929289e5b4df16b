import Testing

@testable import Reporting

@Suite struct ChartTicksTests {
  @Test(arguments: [
    (1.0, 1.0), (1.1, 2), (2.1, 5), (5.1, 10), (0.03, 0.05), (700, 1000), (2e-7, 2e-7),
  ])
  func stepsAreRound(step: Double, round: Double) {
    #expect(LinearTicks.roundStep(step) == round)
  }

  @Test func linearTicksCoverTheValues() {
    let (ticks, lower, upper) = LinearTicks.ticks(0.03, 0.97, count: 5, extends: true)
    #expect(ticks == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect((lower, upper) == (0, 1))
    let inside = LinearTicks.ticks(-3, 12, count: 4, extends: false)
    #expect(inside.ticks == [0, 5, 10])
    #expect((inside.lower, inside.upper) == (-3, 12))
  }

  @Test func aValueOnATickAddsNone() {
    #expect(LinearTicks.ticks(0, 0.3, count: 3, extends: true).ticks == [0, 0.1, 0.2, 0.3])
    #expect(LinearTicks.ticks(80, 100, count: 4, extends: true).ticks == [80, 85, 90, 95, 100])
  }

  @Test func shortRangesHaveStepsOfOneTwoFive() {
    let (ticks, lower, upper) = LogarithmicTicks.ticks(2.3, 408, base: 10, count: 6, extends: true)
    #expect(ticks == [2, 5, 10, 20, 50, 100, 200, 500])
    #expect((lower, upper) == (2, 500))
  }

  @Test func longRangesHavePowers() {
    let decades = LogarithmicTicks.ticks(1, 1e4, base: 10, count: 5, extends: true)
    #expect(decades.ticks == [1, 10, 100, 1000, 10_000])
    let sparse = LogarithmicTicks.ticks(1, 1e12, base: 10, count: 4, extends: true)
    #expect(sparse.ticks == [1, 1e3, 1e6, 1e9, 1e12])
    let binary = LogarithmicTicks.ticks(1, 128, base: 2, count: 8, extends: false)
    #expect(binary.ticks == [1, 2, 4, 8, 16, 32, 64, 128])
  }

  @Test func lessThanOnePowerHasLinearTicks() {
    let (ticks, lower, upper) = LogarithmicTicks.ticks(34, 51, base: 10, count: 4, extends: true)
    #expect(ticks == [30, 35, 40, 45, 50, 55])
    #expect((lower, upper) == (30, 55))
    #expect(LogarithmicTicks.ticks(1, 9, base: 10, count: 2, extends: true).lower > 0)
  }
}
