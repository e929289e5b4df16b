import Testing

@testable import Reporting

@Suite struct TickLabelsTests {
  @Test(arguments: [
    ([0, 0.5, 1], ["0.0", "0.5", "1.0"]), ([80, 85, 90], ["80", "85", "90"]),
    ([0, 5000, 10_000], ["0", "5,000", "10,000"]), ([-0.2, 0, 0.2], ["−0.2", "0.0", "0.2"]),
    ([0, 1_000_000, 2_500_000], ["0", "10⁶", "2.5×10⁶"]), ([0, 2e-7], ["0", "2×10⁻⁷"]),
  ])
  func sharesDigitsOnLinearAxes(values: [Double], labels: [String]) {
    #expect(TickLabels.ticks(values, sharesDigits: true).map(\.label) == labels)
  }

  @Test func keepsEachShortOnLogarithmicAxes() {
    let labels = TickLabels.ticks([0.01, 0.1, 1, 10, 1000], sharesDigits: false).map(\.label)
    #expect(labels == ["0.01", "0.1", "1", "10", "1,000"])
    #expect(
      TickLabels.ticks([1, 1e6, 1e12], sharesDigits: false).map(\.label) == ["10⁰", "10⁶", "10¹²"])
  }
}
