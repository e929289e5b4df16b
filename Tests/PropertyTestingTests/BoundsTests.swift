import PropertyTesting
import Testing

@Suite struct BoundsTests {
  @Test func boundsHoldUpToTheirEdge() {
    #expect(excess([1, -2], [1.5, -2.5], bounds: [0.5, 0.5]) == nil)
    #expect(excess([1], [1], bounds: [0]) == nil)
    #expect(excess([1], [1.5], bounds: [Double(0.5).nextDown]) != nil)
    #expect(excess([1, 1, 1], [1.1, 1.5, 1.2], bounds: [0.1, 0.1, 0.1])?.contains("[1]") == true)
  }

  @Test func nothingHidesBehindABound() {
    #expect(excess([.nan], [1], bounds: [1]) != nil)
    #expect(excess([1], [.nan], bounds: [1]) != nil)
    #expect(excess([1], [1], bounds: [.nan]) != nil)
    #expect(excess([1], [1], bounds: [.infinity]) != nil)
    #expect(excess([.infinity], [.infinity], bounds: [1]) != nil)
    #expect(excess([1, 2], [1], bounds: [1]) != nil)
    #expect(excess([1], [1], bounds: []) != nil)
  }

  @Test func `the worst share of a bound is found, and what is not a number uses all`() {
    #expect(worstShare([1, 2, 3], [1, 2.5, 3.25], bounds: [0, 1, 1]) == 0.5)
    #expect(worstShare([1], [2], bounds: [0]) == .infinity)
    #expect(worstShare([.nan], [2], bounds: [1]) == .infinity)
    #expect(worstShare([1, 2], [2, 2], bounds: [4, .nan]) == 0.25)
    #expect(worstShare([1], [2], bounds: [.nan]) == .infinity)
  }

  @Test func zerosShowNothing() {
    #expect(mostlyZero([0, 1]) == nil)
    #expect(mostlyZero([0, 0, 1]) != nil)
    #expect(mostlyZero([-0.0]) != nil)
    #expect(mostlyZero([]) != nil)
    #expect(mostlyZero([.nan]) == nil)
  }

  /// γ₁ = u/(1 − u), and from 1/u roundings on nothing is promised.
  @Test func gammaOfOneAndOfTooMany() {
    let u = Double(Float.ulpOfOne) / 2
    #expect(Rounding.gamma(0, of: Float.self) == Double(0).nextUp)
    #expect(Rounding.gamma(1, of: Float.self) == (u / (1 - u)).nextUp)
    #expect(Rounding.gamma(1 << 24, of: Float.self) == .infinity)
    #expect(Rounding.gamma(1 << 24, of: Double.self) < Rounding.gamma(1, of: Float.self))
  }

  /// Any fold of fused multiply-adds is within its bound.
  @Test(.tags(.property)) func sumsOfProductsAreWithinTheirBound() {
    forAll("sums of products are within their bound", cases: 300) { choices in
      let count = choices.integer(in: 1...200)
      return (choices.array(count) { $0.number() }, choices.array(count) { $0.number() })
    } failure: { a, b in
      let sum = zip(a, b).reduce(Float(0)) { $0.addingProduct($1.0, $1.1) }
      // A product of two Floats is exact in Double, and so few of them sum with errors that are
      // small against a Float's.
      let exact = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      return excess([Double(sum)], [exact], bounds: [Rounding.dotProductBound(a, b)])
    }
  }

  /// The bound is no more than a few times what can happen: 1 + u + u + … with each term just below
  /// half a unit in the last place is rounded down every time.
  @Test func theBoundIsNearlyReached() {
    let count = 1000
    let term = (Float.ulpOfOne / 2).nextDown
    let a = [1] + Array(repeating: term, count: count)
    let b = Array(repeating: Float(1), count: count + 1)
    let sum = zip(a, b).reduce(Float(0)) { $0.addingProduct($1.0, $1.1) }
    let exact = 1 + Double(count) * Double(term)
    let share = worstShare([Double(sum)], [exact], bounds: [Rounding.dotProductBound(a, b)])
    #expect(share > 0.9 && share <= 1)
  }
}
