import PropertyTesting
import Testing
@testable import Statistics

@Suite struct RoundingBoundsTests {
  @Test func `u is half of the unit in the last place of 1`() {
    #expect(RoundingBounds.unitRoundoff(of: Float.self) == 0x1p-24)
    #expect(RoundingBounds.unitRoundoff(of: Double.self) == 0x1p-53)
  }

  /// The oracles compute with a γₙ of their own.
  @Test(arguments: [0, 1, 2, 1000, 1 << 20, (1 << 24) - 1, 1 << 24, 1 << 30])
  func `gamma is that of the oracles`(count: Int) {
    #expect(
      RoundingBounds.gamma(count, of: Float.self) == Rounding.gamma(count, of: Float.self))
    #expect(
      RoundingBounds.gamma(count, of: Double.self) == Rounding.gamma(count, of: Double.self))
  }

  /// 1/(1 − u)ⁿ is the most that n roundings can do, and γₙ is no less but hardly more.
  @Test(arguments: [1, 2, 16, 1000])
  func `n roundings stay within gamma and come near to it`(count: Int) {
    let most = (0..<count).reduce(1.0) { product, _ in product / (1 - 0x1p-24) } - 1
    let gamma = RoundingBounds.gamma(count, of: Float.self)
    #expect(most <= gamma)
    #expect(most >= Double(count) * 0x1p-24)
    #expect(gamma <= Double(count + 1) * 0x1p-24)
  }

  @Test func `too many roundings leave no bound`() {
    #expect(RoundingBounds.gamma(1 << 24, of: Float.self) == .infinity)
    #expect(RoundingBounds.gamma((1 << 24) - 1, of: Float.self) < .infinity)
  }
}
