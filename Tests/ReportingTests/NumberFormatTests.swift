import Testing

@testable import Reporting

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (814_090, "814,090"),
    (1_626_112, "1,626,112"), (-1234, "−1,234"), (2.5, "2"), (-0.4, "0"), (-0.0, "0"),
    (1e15, "1×10¹⁵"),
  ])
  func groupsWholeNumbers(value: Double, text: String) {
    #expect(NumberFormat.decimals(0).string(value) == text)
  }

  @Test(arguments: [
    (0, "0.00"), (93, "93.00"), (0.005, "0.01"), (1234.5, "1,234.50"), (-0.001, "0.00"),
    (-0.006, "−0.01"),
  ])
  func keepsDecimals(value: Double, text: String) {
    #expect(NumberFormat.decimals(2).string(value) == text)
  }

  @Test(arguments: [
    (0, "0.00"), (228.3, "228"), (19.2, "19.2"), (6.96, "6.96"), (0.012345, "0.0123"),
    (9.996, "10.0"), (99999, "99,999"), (1_234_567, "1,234,567"), (12_345_678, "1.23×10⁷"),
    (1.1e-7, "1.10×10⁻⁷"), (-2.5, "−2.50"),
  ])
  func keepsSignificantDigits(value: Double, text: String) {
    #expect(NumberFormat.significant(3).string(value) == text)
  }

  @Test func `counts have their noun, in the plural for all but one`() {
    #expect(NumberFormat.counted(1, "thread") == "1 thread")
    #expect(NumberFormat.counted(0, "thread") == "0 threads")
    #expect(NumberFormat.counted(2000, "epoch") == "2,000 epochs")
    #expect(NumberFormat.whole(814_090) == "814,090")
  }

  @Test(arguments: [
    (10.0, "10"), (2.5, "2.5"), (0.125, "0.125"), (1234.0, "1,234"), (0.6666666, "0.666667"),
    (-0.2, "−0.2"), (0.0, "0"),
  ])
  func `a number has the decimals that it needs and no more`(value: Double, text: String) {
    #expect(NumberFormat.shortest(value) == text)
  }

  @Test(arguments: [NumberFormat.decimals(1), .significant(2)])
  func namesWhatIsNotFinite(format: NumberFormat) {
    #expect(format.string(.nan) == "NaN")
    #expect(format.string(.infinity) == "∞")
    #expect(format.string(-.infinity) == "−∞")
  }

  @Test(arguments: [NumberFormat.decimals(-3), .decimals(400), .significant(0), .significant(99)])
  func takesAnyNumberOfDigits(format: NumberFormat) {
    for value in [0, 1.5, -1e300, 1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
      #expect(!format.string(value).isEmpty)
      #expect(format.string(value).count < 40)
    }
  }
}
