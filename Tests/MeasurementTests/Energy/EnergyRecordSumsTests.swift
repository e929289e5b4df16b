import Measurement
import PropertyTesting
import Testing

/// Energies of parts, and what they come to.
@Suite struct EnergyRecordSumsTests {
  private func record(
    _ figure: EnergyRecord.Figure, source: String = "s", domain: String = "d"
  ) -> EnergyRecord {
    EnergyRecord(
      figure, source: source, domain: domain, interval: Seconds(2), overhead: Seconds(0.5))
  }

  private func modelled(_ joules: Double, _ lower: Double, _ upper: Double) throws -> EnergyRecord {
    let band = try #require(EnergyBand(lower: Joules(lower), upper: Joules(upper)))
    return record(.modelled(Joules(joules), band: band))
  }

  @Test func measuredEnergiesAddUp() throws {
    let sum = try #require(
      EnergyRecord.sum([record(.measured(Joules(1))), record(.measured(Joules(2)))]))
    #expect(sum.figure == .measured(Joules(3)))
    #expect(sum.interval == Seconds(4))
    #expect(sum.overhead == Seconds(1))
    #expect((sum.source, sum.domain) == ("s", "d"))
    #expect(EnergyRecord.sum([]) == nil)
  }

  @Test func bandsAddUpEndByEnd() throws {
    let sum = try #require(EnergyRecord.sum([modelled(2, 1, 3), modelled(4, 3, 6)]))
    let band = try #require(EnergyBand(lower: Joules(4), upper: Joules(9)))
    #expect(sum.figure == .modelled(Joules(6), band: band))
    #expect(sum.band == band)
  }

  /// What is known in different ways, or not at all, has no sum: never the sum of the rest.
  @Test func onlyWhatIsKnownAlikeAddsUp() throws {
    let measured = record(.measured(Joules(1)))
    for other in [
      try modelled(1, 1, 1), record(.measured(Joules(1)), source: "t"),
      record(.measured(Joules(1)), domain: "e"), record(.unavailable(reason: "gone")),
    ] {
      for parts in [[measured, other], [other, measured]] {
        let sum = try #require(EnergyRecord.sum(parts))
        #expect(sum.provenance == .unavailable)
        #expect(sum.joules == nil)
      }
    }
    let sum = EnergyRecord.sum([measured, record(.unavailable(reason: "gone"))])
    #expect(sum?.figure == .unavailable(reason: "1 of 2: gone"))
  }

  @Test func aPieceHasItsShareOfEverything() throws {
    let piece = try modelled(8, 4, 12) / 4
    let band = try #require(EnergyBand(lower: Joules(1), upper: Joules(3)))
    #expect(piece.figure == .modelled(Joules(2), band: band))
    #expect(piece.interval == Seconds(0.5))
    #expect(piece.overhead == Seconds(0.125))
    #expect((record(.measured(Joules(8))) / 4).figure == .measured(Joules(2)))
    let none = EnergyRecord.Figure.unavailable(reason: "gone")
    #expect((record(none) / 4).figure == none)
  }

  /// A sum of parts shared among as many pieces is a part again, whatever it was; exactly so where
  /// the number of parts is a power of two.
  @Test func equalPartsAreTheirMean() {
    forAll("equal parts", cases: 100) { choices in
      (joules: Double(choices.integer(in: 0...4096)) / 8, share: choices.integer(in: 0...4))
    } failure: { sample in
      guard
        let band = EnergyBand(around: Joules(sample.joules), share: Double(sample.share) / 4)
      else { return "no band" }
      let part = EnergyRecord(
        .modelled(Joules(sample.joules), band: band), source: "s", domain: "d",
        interval: Seconds(1), overhead: Seconds(0.5))
      let parts = Array(repeating: part, count: 8)
      guard let sum = EnergyRecord.sum(parts) else { return "no sum" }
      return sum / 8 == part ? nil : "\(sum / 8) is not \(part)"
    }
  }
}
