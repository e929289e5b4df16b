import PropertyTesting
import Testing

@testable import Measurement

@Suite struct EnergyComparisonTests {
  private func record(_ figure: EnergyRecord.Figure, of domain: String = "d") -> EnergyRecord {
    EnergyRecord(figure, source: "s", domain: domain, interval: Seconds(1), overhead: .zero)
  }

  private func modelled(_ joules: Double) throws -> EnergyRecord {
    let band = try #require(EnergyBand(around: Joules(joules), share: 0.5))
    return record(.modelled(Joules(joules), band: band))
  }

  /// Bands of ±50 %: 1 reaches to 1.5, and so does 3.
  @Test func noRankingIsClaimedWhereBandsMeet() throws {
    #expect(try modelled(1).compared(to: modelled(3)) == .indistinguishable)
    #expect(try modelled(1).compared(to: modelled(3.01)) == .less)
    #expect(try modelled(3.01).compared(to: modelled(1)) == .more)
    #expect(try modelled(1).compared(to: modelled(2)) == .indistinguishable)
  }

  @Test func measuredEnergiesHaveNoBand() throws {
    let one = record(.measured(Joules(1)))
    #expect(one.compared(to: record(.measured(Joules(2)))) == .less)
    #expect(one.compared(to: one) == .indistinguishable)
    #expect(one.compared(to: try modelled(2)) == .indistinguishable)
    #expect(one.compared(to: try modelled(3)) == .less)
  }

  @Test func differentThingsAreNotCompared() {
    let one = record(.measured(Joules(1)))
    #expect(
      one.compared(to: record(.measured(Joules(9)), of: "e"))
        == .incomparable(reason: "one is of d, the other of e"))
    #expect(
      one.compared(to: record(.unavailable(reason: "")))
        == .incomparable(reason: "a figure is unavailable"))
  }

  @Test(.tags(.property)) func aRankingHoldsWhateverIsTrueWithinTheBands() {
    forAll("rankings hold throughout the bands and turn around", cases: 300) { choices in
      (try choices.energyRecord(), try choices.energyRecord())
    } failure: { (first, second) in
      let finding = first.compared(to: second)
      let turned: EnergyComparison =
        switch finding {
        case .less: .more
        case .more: .less
        case .indistinguishable: .indistinguishable
        case .incomparable: second.compared(to: first)
        }
      guard second.compared(to: first) == turned else { return "\(finding), not turned around" }
      guard let (low, high) = ends(first), let (otherLow, otherHigh) = ends(second),
        first.domain == second.domain
      else {
        if case .incomparable = finding { return nil }
        return "\(finding)"
      }
      let overlaps = low <= otherHigh && otherLow <= high
      guard overlaps == (finding == .indistinguishable) else { return "\(finding)" }
      return overlaps || (finding == .less) == (first.joules ?? .zero < second.joules ?? .zero)
        ? nil : "\(finding)"
    }
  }

  private func ends(_ record: EnergyRecord) -> (Joules, Joules)? {
    switch record.figure {
    case .measured(let joules): (joules, joules)
    case .modelled(_, let band): (band.lower, band.upper)
    case .unavailable: nil
    }
  }
}
