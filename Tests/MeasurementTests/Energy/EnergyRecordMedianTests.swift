import Measurement
import PropertyTesting
import Testing

/// Energies of equal pieces of work: their median, and a piece's share.
@Suite struct EnergyRecordMedianTests {
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

  @Test func theMedianIsOfTheOrderedEnergies() throws {
    let three = try #require(
      EnergyRecord.median([9, 1, 2].map { record(.measured(Joules($0))) }))
    #expect(three.figure == .measured(Joules(2)))
    #expect((three.interval, three.overhead) == (Seconds(2), Seconds(0.5)))
    #expect((three.source, three.domain) == ("s", "d"))
    // Between the two in the middle, of an even number.
    let four = EnergyRecord.median([9, 1, 2, 4].map { record(.measured(Joules($0))) })
    #expect(four?.figure == .measured(Joules(3)))
    #expect(EnergyRecord.median([]) == nil)
    #expect(EnergyRecord.median([record(.unavailable(reason: "gone"))]) == nil)
  }

  @Test func bandsHaveMediansEndByEnd() throws {
    let median = EnergyRecord.median([
      try modelled(2, 1, 3), try modelled(4, 3, 6), try modelled(9, 2, 90),
    ])
    let band = try #require(EnergyBand(lower: Joules(2), upper: Joules(6)))
    #expect(median?.figure == .modelled(Joules(4), band: band))
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

  /// Equal pieces are their own median, whatever they are.
  @Test func equalPiecesAreTheirMedian() {
    forAll("equal pieces", cases: 100) { choices in
      (joules: Double(choices.integer(in: 0...4096)) / 8, share: choices.integer(in: 0...4))
    } failure: { sample in
      guard
        let band = EnergyBand(around: Joules(sample.joules), share: Double(sample.share) / 4)
      else { return "no band" }
      let part = EnergyRecord(
        .modelled(Joules(sample.joules), band: band), source: "s", domain: "d",
        interval: Seconds(1), overhead: Seconds(0.5))
      let median = EnergyRecord.median(Array(repeating: part, count: 8))
      return median == part ? nil : "\(String(describing: median)) is not \(part)"
    }
  }
}
