import Testing

@testable import Measurement

@Suite struct CarbonIntensityTests {
  @Test(arguments: ["FR", "fr", "FRA", "fra", "Fra"])
  func aPlaceIsFoundByEitherCode(code: String) throws {
    let france = try CarbonIntensity(code)
    #expect(france.intensity == GramsPerKilowattHour(44))
    #expect(france.year == 2024)
    #expect(france.description == "France 2024, 44 g/kWh")
    #expect(try CarbonIntensity.lookup(code, year: 2024) == france)
  }

  @Test func aPlaceIsFoundWithItsYear() throws {
    #expect(try CarbonIntensity("FR-2022").description == "France 2022, 79 g/kWh")
    #expect(try CarbonIntensity("world-2020").intensity == GramsPerKilowattHour(492))
    let none = #expect(throws: CarbonIntensityError.self) { try CarbonIntensity("swe-1990") }
    #expect(
      none?.description
        == "no carbon intensity of Sweden for 1990, only for 2020, 2021, 2022, 2023, 2024")
    #expect(throws: CarbonIntensityError.unknown(code: "XX")) { try CarbonIntensity("XX-2022") }
    #expect(throws: CarbonIntensityError.unknown(code: "FR-")) { try CarbonIntensity("FR-") }
  }

  @Test func theWorldAndTheTextHaveNames() throws {
    #expect(try CarbonIntensity("world") == .world)
    #expect(try CarbonIntensity("World").intensity == GramsPerKilowattHour(473))
    #expect(try CarbonIntensity("published").intensity == GramsPerKilowattHour(713))
    #expect(CarbonIntensity.published.description == "India, in the text, 713 g/kWh")
    // The text is of 2024, and has the figure of the year before.
    #expect(try CarbonIntensity("IN-2023").intensity == CarbonIntensity.published.intensity)
  }

  @Test func aNumberIsTakenAsItIsGiven() throws {
    let given = try CarbonIntensity("250.5")
    #expect(given.intensity == GramsPerKilowattHour(250.5))
    #expect(given.source == "given by the user")
    #expect(try CarbonIntensity("35.25").description == "as given, 35.2 g/kWh")
    #expect(try CarbonIntensity("0").intensity == .zero)
  }

  @Test(arguments: ["-1", "nan", "inf", "-inf", "1e999", "1e300", "100001", "1e-320"])
  func impossibleNumbersAreRefused(text: String) {
    #expect(throws: CarbonIntensityError.impossible(text)) { try CarbonIntensity(text) }
  }

  @Test func mistakesAreToldWithWhatThereIs() {
    let unknown = #expect(throws: CarbonIntensityError.self) { try CarbonIntensity("Atlantis") }
    #expect(
      unknown?.description.hasPrefix(
        "no carbon intensity of 'Atlantis': there are world, ARG, AUT, ") == true)
    #expect(unknown?.description.hasSuffix("published, or give grams a kilowatt-hour") == true)
    #expect(throws: CarbonIntensityError.unknown(code: "")) { try CarbonIntensity("") }
    #expect(throws: CarbonIntensityError.self) {
      try CarbonIntensity.lookup("published", year: 2023)
    }
  }

  @Test func everyRowIsFoundAndSaysWhereItIsFrom() throws {
    let all = CarbonIntensity.all
    let places = CarbonIntensity.places
    #expect(all.first?.code == "world")
    #expect(Set(all.map(\.code)).count == places.count)
    #expect(Set(places.map(\.letters)).count == places.count)
    for (letters, rows) in places {
      #expect(rows.map(\.year) == CarbonIntensity.years.map { $0 })
      for row in rows {
        #expect(try CarbonIntensity.lookup(row.code, year: row.year) == row)
        if let letters { #expect(try CarbonIntensity.lookup(letters, year: row.year) == row) }
        #expect(row.source.contains("CC BY 4.0"))
        #expect(row.intensity > .zero && row.intensity < GramsPerKilowattHour(1000))
      }
    }
  }

  /// One kilowatt-hour of France's electricity.
  @Test func energyTimesIntensityIsAMassWithItsModel() throws {
    let france = try CarbonIntensity("FR-2022")
    func record(_ figure: EnergyRecord.Figure) -> EnergyRecord {
      EnergyRecord(figure, source: "s", domain: "d", interval: Seconds(1), overhead: .zero)
    }
    let measured = record(.measured(.kilowattHour))
    #expect(
      measured.carbon(at: france) == .modelled(Grams(79), model: "France 2022, 79 g/kWh"))
    #expect(measured.carbonBand(at: france) == nil)
    let band = try #require(EnergyBand(around: .kilowattHour, share: 0.5))
    let modelled = record(.modelled(.kilowattHour, band: band))
    #expect(
      modelled.carbon(at: france) == .modelled(Grams(79), model: "France 2022, 79 g/kWh on s"))
    #expect(modelled.carbonBand(at: france) == Grams(39.5)...Grams(118.5))
    let none = record(.unavailable(reason: "why"))
    #expect(none.carbon(at: france) == .unavailable(reason: "why"))
    #expect(none.carbonBand(at: france) == nil)
  }
}
