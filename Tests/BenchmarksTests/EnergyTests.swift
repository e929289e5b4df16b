import Foundation
import Measurement
import Testing

@testable import benchmarks

@Suite struct EnergyTests {
  private typealias Samples = ResultSamples

  private func row(images: Int = 1, _ energies: [EnergyReport]) -> EnergyRow {
    EnergyRow(
      ["batch": "16"], images: images,
      rounds: energies.map { .init(seconds: Seconds(1), energy: $0) })
  }

  @Test func `an image's energy is its share of a round's median`() {
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
    let seven = row(images: 2, rounds.map { .init(total: $0) })
    #expect(seven.perImage.joules == Joules(2))
    #expect(seven.range == EnergyBand(lower: Joules(0.5), upper: Joules(3.5)))
  }

  @Test func aMeasuredEnergyIsInItsInterval() throws {
    let ten = row([1, 2, 3, 4, 5, 6, 7, 8, 50, 59].map { .init(total: Samples.measured($0)) })
    #expect(ten.perImage.joules == Joules(5.5))
    #expect(ten.range == EnergyBand(lower: Joules(2), upper: Joules(50)))
    // One round of eleven pulls the mean beyond the median's interval.
    let skewed = row(
      (Array(repeating: 1, count: 10) + [900]).map { .init(total: Samples.measured($0)) })
    #expect(skewed.perImage.joules == Joules(1))
    #expect(skewed.range == EnergyBand(lower: Joules(1), upper: Joules(1)))
  }

  @Test func oneBadRoundIsLeftOut() throws {
    let good = (1...6).map { EnergyReport(total: Samples.measured(Double($0))) }
    let failed = Samples.record(.unavailable(reason: "the counter was reset"))
    let elsewhere = EnergyRecord(
      .measured(Joules(9)), source: "sample", domain: "other", interval: Seconds(1), overhead: .zero
    )
    for (bad, reason) in [
      (EnergyReport(total: failed), "the counter was reset"),
      (
        EnergyReport(total: Samples.modelled(90), domains: [failed]),
        "sample: the counter was reset"
      ),
      (EnergyReport(total: elsewhere), "known in another way"),
    ] {
      for position in [0, 3, 6] {
        var rounds = good
        rounds.insert(bad, at: position)
        let row = row(rounds)
        #expect(row.perImage.figure == .measured(Joules(3.5)))
        #expect(row.range == EnergyBand(lower: Joules(1), upper: Joules(6)))
        #expect(row.provenance == "measured")
        #expect(EnergyTable.notes([row]) == "Batch size 16: left out, 1 of 7 rounds: \(reason).")
      }
    }
    #expect(EnergyTable.notes([row(good)]).isEmpty)
  }

  /// The benchmark's meter on a tree whose counter can't be read in one round of seven.
  @Test func aRoundThatCannotBeReadCostsNoMore() throws {
    let root = NSTemporaryDirectory() + "/batchwise-\(UUID().uuidString)"
    let zone = root + "/intel-rapl:0"
    try FileManager.default.createDirectory(atPath: zone, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    func write(_ text: String, _ file: String) throws {
      try Data(text.utf8).write(to: URL(filePath: "\(zone)/\(file)"))
    }
    try write("package-0", "name")
    try write("262143328850", "max_energy_range_uj")
    var (round, counter) = (0, 0)
    let contender = EnergyContest.Contender(labels: ["batch": "16"], images: 2) { _ in
      round += 1
      counter += 2_000_000
      // The first two runs find how much is to be done.
      try? write(round == 5 ? "?" : String(counter), "energy_uj")
      return Seconds(1)
    }
    try write("0", "energy_uj")
    let row = try EnergyContest(
      contenders: [contender],
      meter: EnergyMeter(powercapRoot: root, others: { { true } })
    ).measure(limit: Seconds(1e-9))[0]
    #if !os(macOS)
      // The round that ended so, and the one that began so.
      #expect(row.rounds.count == 7 && row.counted.count == 5)
      #expect(row.perImage.figure == .measured(Joules(1)))
      let notes = EnergyTable.notes([row])
      #expect(notes.hasPrefix("Batch size 16: left out, 2 of 7 rounds: powercap: "))
      #expect(notes.contains("energy_uj holds \"?\", which is no count"))
    #endif
  }

  @Test func aRowWithoutAnEnergySaysWhy() {
    let failed = Samples.record(.unavailable(reason: "the counter was reset"))
    let good = Samples.measured(1)
    let half = row([good, failed, good, failed].map { .init(total: $0) })
    #expect(half.perImage.figure == .unavailable(reason: "2 of 4 rounds: the counter was reset"))
    #expect(
      EnergyTable.notes([row([.init(total: good)]), half])
        == "Batch size 16: unavailable, 2 of 4 rounds: the counter was reset.")
    let ranking = EnergyRanking([half, half]).text
    #expect(ranking == "No ranking: the ranges of 16 and 16 overlap, or aren't known.")
    let chart = EnergyTable.chart("", [half, row([.init(total: good)])])
    #expect(chart.series.map(\.name) == ["measured", "16 W × time, the article's model"])
    #expect(chart.series[0].points.map(\.y) == [1e6])
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
    // Of the same rounds as the energy beside it, and their median like it.
    let rounds = [2.0, 2, 5].map {
      EnergyRow.Round(
        seconds: Seconds($0), energy: .init(total: Samples.measured($0), domains: []))
    }
    let uneven = EnergyRow([:], images: 4, rounds: rounds)
    #expect(uneven.secondsPerImage == Seconds(0.5))
    #expect(uneven.published.value == Joules(8))
    #expect(uneven.perImage.joules == Joules(0.5))
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
        + "No ranking: the ranges of 1 and 16 overlap, or aren't known.")
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
