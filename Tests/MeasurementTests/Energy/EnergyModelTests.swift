import Foundation
import PropertyTesting
import Testing

@testable import Measurement

/// The latency of `mlp-1` at batch size 16 in the published table.
private let latency = Estimate.measured(Seconds(23.8e-6))

@Test func publishedLatencyIsSeventyFiveNanograms() throws {
  let carbon = EnergyModel.published.carbon(for: latency)
  // 23.8e-6 s · 16 W / 3.6e6 J/kWh · 713 g/kWh = 7.5414…e-8 g
  #expect(carbon.description == "75.4 ng (modelled: 16 W × time, 713 g/kWh)")
  #expect(try #require(carbon.value).formatted(significantDigits: 2) == "75 ng")
  #expect(
    EnergyModel.published.energy(for: latency).description
      == "381 µJ (modelled: 16 W × time, 713 g/kWh)")
}

/// The same in whole numbers: 238 · 10⁻⁷ s times 16 W and 713 g over 3,600,000 J.
@Test func publishedArithmeticIsReproduced() throws {
  let exact = Double(238 * 16 * 713) / Double(3_600_000 * 10_000_000)
  let grams = try #require(EnergyModel.published.carbon(for: latency).value).value
  // The time, the powers' product, the quotient, the product with the intensity; and the oracle's
  // quotient.
  #expect(abs(grams - exact) <= Rounding.gamma(5, of: Double.self) * exact)
  let record = EnergyModel.published.report(busy: Seconds(23.8e-6), over: Seconds(23.8e-6)).total
  let same = try #require(record.carbon(at: .published).value).value
  // Two products and their sum instead of one product.
  #expect(abs(same - exact) <= Rounding.gamma(6, of: Double.self) * exact)
}

@Test func publishedFigureLeavesOutTheSecondsOfAnHour() throws {
  // The article prints the latency to 0.05 µs and 271.6 µg to 0.05 µg.
  let least = try #require(EnergyModel.published.carbon(for: .measured(Seconds(23.75e-6))).value)
  let most = try #require(EnergyModel.published.carbon(for: .measured(Seconds(23.85e-6))).value)
  #expect(Grams(271.55e-6) / most < 3600)
  #expect(Grams(271.65e-6) / least > 3600)
  #expect(Grams(271.55e-6) / least - Grams(271.65e-6) / most < 20)
}

@Test func aMissingTimeGivesNoEnergy() {
  let missing = Estimate<Seconds>.unavailable(reason: "not run")
  #expect(EnergyModel.published.energy(for: missing) == .unavailable(reason: "not run"))
  #expect(EnergyModel.published.carbon(for: missing) == .unavailable(reason: "not run"))
}

@Suite struct BusyTimeModelTests {
  private let model = EnergyModel(
    processorPower: Watts(8), memoryPower: Watts(2), bandShare: 0.5)

  /// Two processors are busy for 4 s together within 3 s.
  @Test func processorsCountWhileBusyAndMemoryThroughout() throws {
    let counts = model.report(busy: Seconds(4), over: Seconds(3), overhead: Seconds(0.5))
    let band = try #require(EnergyBand(lower: Joules(19), upper: Joules(57)))
    #expect(
      counts.total
        == EnergyRecord(
          .modelled(Joules(38), band: band), source: "8.00 W × busy time + 2.00 W × time",
          domain: "processor + memory", interval: Seconds(3), overhead: Seconds(0.5)))
    #expect(counts.domains.map(\.domain) == ["processor", "memory"])
    #expect(counts.domains.map(\.joules) == [Joules(32), Joules(6)])
  }

  @Test func modelsShowTheirConstantsAndFortyPerCent() throws {
    #expect(EnergyModel.assumed.name == "10.0 W × busy time + 3.00 W × time")
    let total = EnergyModel.assumed.report(busy: Seconds(1), over: Seconds(1)).total
    let band = EnergyBand(lower: Joules(13) * (1 - 0.4), upper: Joules(13) * (1 + 0.4))
    #expect(total.figure == .modelled(Joules(13), band: try #require(band)))
    #expect(EnergyModel.published.bandShare == 0.4)
  }

  @Test(.tags(.property)) func theTotalIsItsPartsAndInItsBand() {
    forAll("a modelled energy is the sum of its parts") { choices in
      (
        EnergyModel(
          processorPower: Watts(Double(choices.draw(upTo: 1 << 20)) / 1024),
          memoryPower: Watts(Double(choices.draw(upTo: 1 << 20)) / 1024)),
        Seconds(Double(choices.draw(upTo: 1 << 40)) * 1e-9),
        Seconds(Double(choices.draw(upTo: 1 << 40)) * 1e-9)
      )
    } failure: { (model, busy, time) in
      let counts = model.report(busy: busy, over: time)
      let parts = counts.domains.compactMap(\.joules)
      guard case .modelled(let total, let band) = counts.total.figure, parts.count == 2 else {
        return "\(counts.total)"
      }
      return total == parts[0] + parts[1] && band.contains(total) ? nil : "\(counts)"
    }
  }

  @Test(arguments: [(-1, 1.0, 0.4), (1, .nan, 0.4), (1, 1, 1.5), (1, 1, -0.5)])
  func `an energy that can be none is unavailable`(power: Double, time: Double, share: Double) {
    let model = EnergyModel(
      processorPower: Watts(power), memoryPower: .zero, bandShare: share)
    #expect(model.report(busy: Seconds(time), over: Seconds(time)).total.joules == nil)
  }

  @Test func aSourceMeasuresBusyTimeAndTime() {
    let time = SteppingClock()
    let busy = SteppingClock()
    let source = ProcessSource.model(model, clock: time.clock) {
      time.advance(nanoseconds: 250_000_000)
      return busy.clock.nanoseconds()
    }
    var count = source.start()
    time.advance(nanoseconds: 3_000_000_000)
    busy.advance(nanoseconds: 4_000_000_000)
    let total = count.stop().total
    #expect(total.joules == Joules(38))
    #expect(total.interval == Seconds(3))
    #expect(total.overhead == Seconds(0.5))
  }

  @Test func withoutProcessorTimeThereIsNoModel() {
    let source = ProcessSource.model(model) { () throws(ReadingFault) in throw ReadingFault("why") }
    var count = source.start()
    let report = count.stop()
    #expect(report.total.figure == .unavailable(reason: "why"))
    #expect(report.total.domain == "processor + memory")
    #expect(report.domains == [report.total])
  }

  @Test func theProcessHasProcessorTime() throws {
    let before = try Seconds.processNanoseconds()
    var after = before
    // Asking takes processor time.
    while after <= before { after = try Seconds.processNanoseconds() }
    #expect(after > before)
  }
}
