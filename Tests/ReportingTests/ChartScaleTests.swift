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

  @Test func mapsLinearly() {
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
