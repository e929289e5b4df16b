import Testing

@testable import Reporting

@Suite struct ChartScaleTests {
  private func scale(
    _ kind: Chart.Axis.Scale, _ values: [Double], ticks: [Double]? = nil, zero: Bool = false,
    extends: Bool = true
  ) -> ChartScale {
    ChartScale(
      axis: .init("x", scale: kind, ticks: ticks, includesZero: zero), values: values,
      tickCount: 5, extendsToTicks: extends)
  }

  @Test func `a linear scale maps equal differences to equal lengths`() {
    let scale = scale(.linear, [0, 100])
    #expect(scale.fraction(0) == 0)
    #expect(scale.fraction(25) == 0.25)
    #expect(scale.fraction(100) == 1)
  }

  @Test func mapsEqualRatiosToEqualLengths() {
    let scale = scale(.log2, [1, 16], ticks: [1, 2, 4, 8, 16])
    // Logarithms are rounded once each, and the quotient once more.
    for (index, value) in [1.0, 2, 4, 8, 16].enumerated() {
      let fraction = scale.fraction(value) ?? .nan
      #expect(abs(fraction - Double(index) / 4) <= 3 * Double.ulpOfOne)
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e101])
  func leavesOutWhatIsNotDrawable(value: Double) {
    for kind in [Chart.Axis.Scale.linear, .log2, .log10] {
      #expect(scale(kind, [1, 2]).fraction(value) == nil)
      #expect(scale(kind, [1, 2, value]).domain == scale(kind, [1, 2]).domain)
    }
  }

  @Test(arguments: [0, -1, 1e-101])
  func logarithmsNeedPositiveValues(value: Double) {
    #expect(scale(.log10, [1, 10]).fraction(value) == nil)
    #expect(scale(.log10, [1, 10, value]).domain == 1...10)
    #expect(scale(.linear, [0, 10]).fraction(value) != nil)
  }

  @Test func usesTheTicksItIsGiven() {
    let scale = scale(.log2, [16], ticks: [1, 16, 64, 128, -1, .nan], extends: false)
    #expect(scale.ticks.map(\.label) == ["1", "16", "64", "128"])
    #expect(scale.domain == 1...128)
  }

  @Test func reachesToZeroWhereAsked() {
    #expect(scale(.linear, [30, 100], zero: true).domain == 0...100)
    #expect(scale(.linear, [80, 100]).domain == 80...100)
    #expect(scale(.log10, [10, 100], zero: true).domain == 10...100)
  }

  @Test func equalValuesStandInTheMiddle() {
    #expect(scale(.log10, [4, 4], extends: false).domain == 2...8)
    #expect(scale(.linear, [40, 40], extends: false).domain == 36...44)
    #expect(scale(.linear, [0], extends: false).domain == -1...1)
  }

  @Test(arguments: [
    [], [0], [5], [-5], [4, 4, 4], [1, 1 + 1e-15], [.leastNonzeroMagnitude], [-1e-300, 1e-300],
    [1e100],
    [-1e100, 1e100], [.nan], [.infinity, -.infinity],
  ])
  func hasALengthForAnyValues(values: [Double]) {
    for kind in [Chart.Axis.Scale.linear, .log2, .log10] {
      for extends in [false, true] {
        let scale = scale(kind, values, extends: extends)
        #expect(scale.domain.lowerBound < scale.domain.upperBound)
        #expect(scale.ticks.count < 50)
        for value in values + scale.ticks.map(\.value) {
          guard let fraction = scale.fraction(value) else { continue }
          // Ticks and ends are computed by a handful of roundings each.
          let rounding = 8 * Double.ulpOfOne
          #expect(fraction >= -rounding && fraction <= 1 + rounding)
        }
      }
    }
  }
}

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

@Suite struct TickLabelsTests {
  @Test(arguments: [
    ([0, 0.5, 1], ["0.0", "0.5", "1.0"]), ([80, 85, 90], ["80", "85", "90"]),
    ([0, 5000, 10_000], ["0", "5,000", "10,000"]), ([-0.2, 0, 0.2], ["−0.2", "0.0", "0.2"]),
    ([0, 1_000_000, 2_500_000], ["0", "10⁶", "2.5×10⁶"]), ([0, 2e-7], ["0", "2×10⁻⁷"]),
  ])
  func sharesDigitsOnLinearAxes(values: [Double], labels: [String]) {
    #expect(ChartScale.labelled(values, sharesDigits: true).map(\.label) == labels)
  }

  @Test func keepsEachShortOnLogarithmicAxes() {
    let labels = ChartScale.labelled([0.01, 0.1, 1, 10, 1000], sharesDigits: false).map(\.label)
    #expect(labels == ["0.01", "0.1", "1", "10", "1,000"])
    #expect(
      ChartScale.labelled([1, 1e6, 1e12], sharesDigits: false).map(\.label) == [
        "10⁰", "10⁶", "10¹²",
      ])
  }
}
