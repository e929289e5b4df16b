import Testing
import TrainingCore

@testable import Verification

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

@Suite struct BitComparisonTests {
  @Test func everyDifferenceIsCounted() {
    var comparison = BitComparison()
    comparison.compare([1, 2, .nan, 0], [1, 2, -.nan, 0], name: "a")
    #expect(comparison.differing == 0 && comparison.compared == 4)
    comparison.compare([1, .nan, 0], [2, 1, -0.0], name: "b")
    #expect(comparison.differing == 3)
    #expect(comparison.measured("numbers") == "3 of 7 numbers differ: b[0] is 1.0 instead of 2.0")
    comparison.compare([1], [1, 2], name: "c")
    #expect(comparison.differing == 5)
  }

  /// Whatever a step changes is compared; how many passes the averages have seen isn't.
  @Test func everyPartOfAStateIsCompared() throws {
    let model = try ModelSpec(words: "3 dense2 batchnorm")
    let state = ModelState.initial(model: model, optimizer: .adam(AdamSpec()), seed: 1)
    func differing(_ change: (inout ModelState) -> Void) -> Int {
      var changed = state
      change(&changed)
      var comparison = BitComparison()
      comparison.compare(changed, state)
      return comparison.differing
    }
    #expect(differing { $0.parameters[1].values[0] += 1 } == 1)
    #expect(differing { $0.statistics[1].values[1] += 1 } == 1)
    #expect(differing { $0.slots[0][2].values[0] = -0.0 } == 1)
    #expect(differing { $0.slots[1][3].values[1] += 1 } == 1)
    #expect(differing { $0.steps += 1 } == 1)
    #expect(differing { $0.parameters.removeLast() } == 1)
    #expect(differing { $0.batchesTracked += 1 } == 0)
  }
}

@Suite struct NumberTextTests {
  @Test(arguments: [(1.0 / 3, "0.333333"), (-0.875, "-0.875"), (1e-9, "1e-09"), (12, "12")])
  func sixDigitsAreShown(_ number: Double, _ text: String) {
    #expect(sixDigits(number) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
  func digitsAreGrouped(_ number: Int, _ text: String) {
    #expect(grouped(number) == text)
  }
}
