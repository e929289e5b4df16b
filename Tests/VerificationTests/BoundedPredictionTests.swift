import Testing
import Verification

@Suite struct BoundedPredictionTests {
  private static func holds(
    _ measured: [Double], _ predicted: [Double], bounds: [Double]
  ) -> Bool {
    BoundedPrediction(measured: measured, predicted: predicted, bounds: bounds).holds
  }

  @Test func whatIsWithinItsBoundHolds() {
    #expect(Self.holds([1, -2], [1.5, -2], bounds: [0.5, 0]))
    let half = BoundedPrediction(measured: [1, 3], predicted: [1.25, 3], bounds: [0.5, 1])
    #expect(half.worstShare == 0.5)
  }

  @Test func oneNumberBeyondItsBoundIsEnough() {
    #expect(!Self.holds([1, -2], [1.5, -2], bounds: [0.25, 9]))
    #expect(!Self.holds([1, 2], [1, -2], bounds: [0, 1]), "a wrong sign")
    #expect(!Self.holds([1, 0], [1, 1], bounds: [1, 0]))
  }

  @Test(arguments: [Double.nan, .infinity])
  func whatIsNotANumberHoldsNowhere(_ value: Double) {
    #expect(!Self.holds([value], [1], bounds: [1]))
    #expect(!Self.holds([1], [value], bounds: [1]))
    #expect(!Self.holds([1], [1], bounds: [value]))
  }

  @Test func otherCountsAndNothingAtAllHoldNot() {
    #expect(!Self.holds([1], [1, 2], bounds: [1]))
    #expect(!Self.holds([1, 2], [1, 2], bounds: [1]))
    #expect(!Self.holds([], [], bounds: []))
  }
}
