import Testing

@testable import Measurement

@Suite struct CarbonIntensityTests {
  @Test(arguments: ["FR", "fr", "FRA", "fra", "Fra", "France"])
  func aPlaceIsFoundByEitherCodeOrItsName(code: String) throws {
    let france = try CarbonIntensity(code)
    #expect(france.intensity == GramsPerKilowattHour(44))
    #expect(france.year == 2024)
    #expect(france.description == "France 2024, 44 g/kWh")
    #expect(try CarbonIntensity("\(code)-2024") == france)
  }

  @Test func aPlaceIsFoundWithItsYear() throws {
    #expect(try CarbonIntensity("FR-2022").description == "France 2022, 79 g/kWh")
    #expect(try CarbonIntensity("UK") == CarbonIntensity("GB"))
    #expect(try CarbonIntensity("uk-2022") == CarbonIntensity("GBR-2022"))
    #expect(try CarbonIntensity("world-2020").intensity == GramsPerKilowattHour(492))
    let none = #expect(throws: CarbonIntensityError.self) { try CarbonIntensity("swe-1990") }
    #expect(
      none?.description
        == "no carbon intensity of Sweden for 1990, only for 2020, 2021, 2022, 2023, 2024")
    for (text, code) in [("XX-2022", "XX"), ("FR-", "FR-"), ("published-2023", "published")] {
      let unknown = #expect(throws: CarbonIntensityError.self) { try CarbonIntensity(text) }
      #expect(unknown?.description.hasPrefix("no carbon intensity of '\(code)': ") == true)
    }
  }

  @Test func theWorldAndTheArticleHaveNames() throws {
    #expect(try CarbonIntensity("world") == .world)
    #expect(try CarbonIntensity("World").intensity == GramsPerKilowattHour(473))
    #expect(try CarbonIntensity("published").intensity == GramsPerKilowattHour(713))
    #expect(CarbonIntensity.published.description == "India, in the article, 713 g/kWh")
    // The article is of 2024, and has the figure of the year before.
    #expect(try CarbonIntensity("IN-2023").intensity == CarbonIntensity.published.intensity)
  }

  @Test func aNumberIsTakenAsItIsGiven() throws {
    let given = try CarbonIntensity("250.5")
    #expect(given.intensity == GramsPerKilowattHour(250.5))
    #expect(given.source == "given by the user")
    #expect(try CarbonIntensity("35.25").description == "as given, 35.2 g/kWh")
    #expect(try CarbonIntensity("0").intensity == .zero)
  }

  @Test(arguments: ["-1", "nan", "inf", "-inf", "1e999", "1e300", "100001", "1e-320", "0.009"])
  func impossibleNumbersAreRefused(text: String) {
    let error = #expect(throws: CarbonIntensityError.self) { try CarbonIntensity(text) }
    #expect(
      error?.description
        == "\(text) g/kWh can be no carbon intensity: give 0, or 2 to 100,000")
  }

  /// No electricity causes 2 g a kilowatt-hour, and none 2 kg.
  @Test(arguments: [("0.475", "475"), ("1.2", "1200"), ("0.0296", "30")])
  func kilogramsAreToldFromGrams(text: String, grams: String) {
    let error = #expect(throws: CarbonIntensityError.self) { try CarbonIntensity(text) }
    #expect(
      error?.description
        == "\(text) g/kWh can be no carbon intensity: for \(text) kg/kWh give \(grams)")
  }

  @Test func mistakesAreToldWithWhatThereIs() {
    let unknown = #expect(throws: CarbonIntensityError.self) { try CarbonIntensity("Atlantis") }
    #expect(
      unknown?.description.hasPrefix(
        "no carbon intensity of 'Atlantis': there are countries and the world alone, world, ARG, ")
        == true)
    #expect(
      unknown?.description.hasSuffix(
        "published; for any other place give its grams a kilowatt-hour as a number, such as 250")
        == true)
    #expect(throws: CarbonIntensityError.self) { try CarbonIntensity("EU") }
    #expect(throws: CarbonIntensityError.self) { try CarbonIntensity("") }
  }

  @Test func everyRowIsFoundAndSaysWhereItIsFrom() throws {
    let places = CarbonIntensity.table
    #expect(places.first?.code == "world")
    #expect(Set(places.map(\.code)).count == places.count)
    #expect(Set(places.map(\.letters)).count == places.count)
    for place in places {
      #expect(place.grams.count == CarbonIntensity.years.count)
      for (year, row) in zip(CarbonIntensity.years, place.intensities) {
        #expect(row.year == year)
        for code in [place.code, place.letters] {
          #expect(try CarbonIntensity("\(code)-\(year)") == row)
        }
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
    let band = try #require(EnergyBand(around: .kilowattHour, share: 0.5))
    let modelled = record(.modelled(.kilowattHour, band: band))
    #expect(
      modelled.carbon(at: france) == .modelled(Grams(79), model: "France 2022, 79 g/kWh on s"))
    let none = record(.unavailable(reason: "why"))
    #expect(none.carbon(at: france) == .unavailable(reason: "why"))
  }
}
