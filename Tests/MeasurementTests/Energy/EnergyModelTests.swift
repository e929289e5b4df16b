import Testing

@testable import Measurement

/// The latency of `mlp-1` at batch size 16 in the published table.
private let latency = Estimate.measured(Seconds(23.8e-6))

@Test func publishedLatencyIsSeventyFiveNanograms() throws {
  let carbon = EnergyModel.published.carbon(for: latency)
  // 23.8e-6 s · 16 W / 3.6e6 J/kWh · 713 g/kWh = 7.5414…e-8 g
  #expect(carbon.description == "75.4 ng (modelled: 16 W × time, 713 g/kWh)")
  #expect(
    EnergyModel.published.energy(for: latency).description
      == "381 µJ (modelled: 16 W × time, 713 g/kWh)")
}

@Test func publishedFigureLeavesOutTheSecondsOfAnHour() throws {
  // The text prints the latency to 0.05 µs and 271.6 µg to 0.05 µg.
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
