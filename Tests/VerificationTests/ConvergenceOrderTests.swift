import Testing
import Verification

@Suite struct ConvergenceOrderTests {
  private static let steps = [1.0, 0.5, 0.25, 0.125]

  @Test(arguments: 1...4)
  func powersHaveTheirOrder(_ order: Int) {
    let remainders = Self.steps.map { h in (0..<order).reduce(-7.0) { value, _ in value * h } }
    let measured = ConvergenceOrder(steps: Self.steps, remainders: remainders)
    for candidate in 0...5 { #expect(measured.isAbout(candidate) == (candidate == order)) }
  }

  @Test func whatIsNotANumberHasNoOrder() {
    for remainder in [0, Double.nan, .infinity] {
      let measured = ConvergenceOrder(steps: Self.steps, remainders: [1, 1, 1, remainder])
      #expect(measured.order.isNaN)
      #expect(!measured.isAbout(0))
    }
  }

  @Test func neighboursAreToldApart() {
    let between = Self.steps.map { $0 * $0.squareRoot() }
    let measured = ConvergenceOrder(steps: Self.steps, remainders: between)
    #expect(!measured.isAbout(1) && !measured.isAbout(2))
  }
}
