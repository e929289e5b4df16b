import Testing

@Suite struct HoeffdingTests {
  /// 2 exp(−2 n t²) is the risk at n = 1000, range 1: t² = ln(2e12)/2000.
  @Test func solvesForTheDeviation() {
    let deviation = Hoeffding.deviation(count: 1000, range: 1)
    #expect(deviation > 0.1190 && deviation < 0.1191)
  }

  @Test func scalesAsTheTheoremSays() {
    let one = Hoeffding.deviation(count: 100, range: 1)
    #expect(Hoeffding.deviation(count: 100, range: 3) == 3 * one)
    #expect(Hoeffding.deviation(count: 400, range: 1) == one / 2)
    #expect(Hoeffding.deviation(count: 100, range: 1, checks: 2) > one)
  }
}
