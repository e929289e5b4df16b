import Measurement
import Testing

@testable import benchmarks

@Suite struct StoppingRuleTests {
  private let rule = StoppingRule(timeLimit: Seconds(10), maximumRounds: 100)

  /// So many samples, half of them at each end of 1 ± spread.
  private func samples(_ count: Int, spread: Double) -> [Double] {
    (0..<count).map { 1 + ($0.isMultiple(of: 2) ? -spread : spread) }
  }

  @Test func `a measurement has seven rounds at least`() {
    #expect(!rule.isSatisfied(by: [samples(6, spread: 0)], after: .zero))
    #expect(!rule.isSatisfied(by: [samples(6, spread: 0)], after: Seconds(100)))
    #expect(rule.isSatisfied(by: [samples(7, spread: 0)], after: .zero))
    #expect(!rule.isSatisfied(by: [samples(7, spread: 0), samples(6, spread: 0)], after: .zero))
  }

  @Test func `a measurement goes on until every interval is narrow`() {
    let narrow = samples(20, spread: 0.019)
    let wide = samples(20, spread: 0.021)
    #expect(rule.isSatisfied(by: [narrow, narrow], after: .zero))
    #expect(!rule.isSatisfied(by: [narrow, wide], after: .zero))
  }

  @Test func `a measurement ends when its time or its rounds are used up`() {
    let wide = samples(20, spread: 0.5)
    #expect(!rule.isSatisfied(by: [wide], after: Seconds(9.9)))
    #expect(rule.isSatisfied(by: [wide], after: Seconds(10)))
    #expect(!rule.isSatisfied(by: [samples(99, spread: 0.5)], after: .zero))
    #expect(rule.isSatisfied(by: [samples(100, spread: 0.5)], after: .zero))
  }

  @Test func `samples that are not finite never have a narrow interval`() {
    #expect(!rule.isNarrow(samples(20, spread: 0) + [.nan]))
    #expect(!rule.isNarrow([]))
  }
}
