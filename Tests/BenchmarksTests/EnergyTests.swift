import Measurement
import Testing

@testable import benchmarks

@Suite struct EnergyTests {
  private typealias Samples = ResultSamples

  @Test func `an image's energy is its share of all rounds`() {
    let modelled = Samples.energy(batch: 1, Samples.modelled(8), Samples.modelled(4))
    #expect(modelled.perImage.joules == Joules(0.6))
    #expect(modelled.range == EnergyBand(lower: Joules(0.3), upper: Joules(0.9)))
    #expect(modelled.provenance == "modelled ±50 %")
    let measured = Samples.energy(batch: 1, Samples.measured(8), Samples.measured(4))
    #expect(measured.perImage.joules == Joules(0.6))
    #expect(measured.provenance == "measured")
    // Two rounds say nothing of how a measured energy varies.
    #expect(measured.range == nil)
    let rounds = (1...7).map { Samples.measured(Double($0)) }
    let seven = EnergyRow(
      [:], images: 2,
      rounds: rounds.map { .init(seconds: Seconds(1), energy: .init(total: $0, domains: [])) })
    #expect(seven.range == EnergyBand(lower: Joules(0.5), upper: Joules(3.5)))
  }

  @Test func aCounterThatFailedMidwayLeavesNoFigure() {
    let row = Samples.energy(batch: 1, Samples.measured(8), Samples.modelled(4))
    #expect(row.perImage.joules == nil)
    #expect(row.provenance == "unavailable")
    #expect(row.range == nil)
  }

  @Test func `the article's model depends on the time alone`() {
    let row = Samples.energy(batch: 1, Samples.measured(8))
    // Half a second for ten images, at 16 W.
    #expect(row.published == .modelled(Joules(0.8), model: EnergyModel.published.name))
    // Of the same rounds as the energy beside it: 2 + 2 + 5 seconds for twelve images.
    let rounds = [2.0, 2, 5].map {
      EnergyRow.Round(
        seconds: Seconds($0), energy: .init(total: Samples.measured($0), domains: []))
    }
    let uneven = EnergyRow([:], images: 4, rounds: rounds)
    #expect(uneven.secondsPerImage == Seconds(0.75))
    #expect(uneven.published.value == Joules(12))
    #expect(uneven.perImage.joules == Joules(0.75))
  }

  @Test func `no ranking is claimed where ranges overlap`() {
    // Bands: 4 to 12, 2 to 6, 0.5 to 1.5; tenths of them for an image.
    let rows = [(1, 8.0), (16, 4), (64, 1)].map {
      Samples.energy(batch: $0.0, Samples.modelled($0.1))
    }
    let ranking = EnergyRanking(rows)
    #expect(
      ranking.text
        == "An image takes more energy at batch size 1 than 64, 16 than 64. "
        + "No ranking: the ranges of 1 and 16 overlap.")
    #expect(EnergyRanking(rows.reversed()).larger.map(\.more) == [16, 1])
    #expect(EnergyRanking([rows[0]]).text.isEmpty)
    // Bands that touch have a figure in common.
    let touching = [12.0, 4].map { Samples.energy(batch: 1, Samples.modelled($0)) }
    #expect(EnergyRanking(touching).undecided.count == 1)
    #expect(EnergyRanking(touching.reversed()).undecided.count == 1)
    let unknown = [rows[0], Samples.energy(batch: 2, Samples.measured(1))]
    #expect(EnergyRanking(unknown).undecided.count == 1)
  }

  @Test func `every row of energies says whether it is measured or modelled`() {
    let table = EnergyTable.table("", Samples.results().energies, .world)
    #expect(
      table.rows.map { $0[7] } == [
        .text("modelled ±50 %"), .text("measured"), .text("unavailable"),
      ])
    // Without a counter there is no energy and no CO₂e, and nothing is zero instead.
    #expect(table.rows[2][1...6].allSatisfy { $0 == .figure(nil) })
    // 0.8 J at so many g/kWh: 0.8 / 3.6 MJ × as many g.
    let carbon = Joules(0.8) * CarbonIntensity.world.intensity
    #expect(table.rows[0][5] == .figure(carbon.value * 1e9))
    #expect(table.rows[0][6] == .figure(carbon.value * Double(Workload.epochSize) * 1e3))
  }

  @Test func contendersTakeTurns() throws {
    var turns: [Int] = []
    let contenders = [0, 1].map { index in
      EnergyContest.Contender(labels: ["batch": String(index)], images: 5) { count in
        turns.append(index)
        return Seconds(0.25 * Double(count))
      }
    }
    let contest = EnergyContest(
      contenders: contenders, meter: EnergyMeter(sources: []), roundLength: Seconds(0.5))
    let rows = try contest.measure(limit: Seconds(1e-9))
    #expect(rows.map(\.images) == [15, 15])
    #expect(rows.map(\.rounds.count) == [7, 7])
    #expect(rows[0].rounds[0].seconds == Seconds(0.75))
    #expect(Array(turns.suffix(14)) == (0..<7).flatMap { _ in [0, 1] })
    // Without a source, an energy is unavailable, and says so.
    #expect(rows[0].perImage.provenance == .unavailable)
  }
}
