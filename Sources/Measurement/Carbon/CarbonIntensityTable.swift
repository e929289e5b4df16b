extension CarbonIntensity {
  /// Where the table is from.
  ///
  /// Editions revise earlier years, by a tenth and more where methods change, so figures of
  /// different editions should not stand side by side; this one is of 2024.
  public static let tableSource =
    "Ember (2024) and Energy Institute (2024), with major processing by Our World in Data: carbon "
    + "intensity of electricity generation, ourworldindata.org/grapher/carbon-intensity-electricity, "
    + "CC BY 4.0; rounded to 1 g/kWh"

  /// Every row of the table, the world's first.
  ///
  /// Grams of CO₂-equivalent over the life cycle of a kilowatt-hour that is generated in the place,
  /// all of 2023, rounded to whole grams. What is lost in the grid or traded is not in it.
  public static var all: [CarbonIntensity] { table.map(\.row) }

  /// The rows, with codes of two letters in small letters.
  static let table: [(letters: String?, row: CarbonIntensity)] =
    [(nil, world)]
    + [
      ("AR", "ARG", "Argentina", 354), ("AT", "AUT", "Austria", 111),
      ("AU", "AUS", "Australia", 549), ("BE", "BEL", "Belgium", 138),
      ("BR", "BRA", "Brazil", 98), ("CA", "CAN", "Canada", 170),
      ("CH", "CHE", "Switzerland", 35), ("CL", "CHL", "Chile", 291),
      ("CN", "CHN", "China", 582), ("CZ", "CZE", "Czechia", 450),
      ("DE", "DEU", "Germany", 381), ("DK", "DNK", "Denmark", 152),
      ("ES", "ESP", "Spain", 174), ("FI", "FIN", "Finland", 79),
      ("FR", "FRA", "France", 56), ("GB", "GBR", "United Kingdom", 238),
      ("IE", "IRL", "Ireland", 291), ("IN", "IND", "India", 713),
      ("IT", "ITA", "Italy", 331), ("JP", "JPN", "Japan", 485),
      ("KR", "KOR", "South Korea", 431), ("MX", "MEX", "Mexico", 507),
      ("NL", "NLD", "Netherlands", 268), ("NO", "NOR", "Norway", 30),
      ("NZ", "NZL", "New Zealand", 113), ("PL", "POL", "Poland", 662),
      ("PT", "PRT", "Portugal", 166), ("SE", "SWE", "Sweden", 41),
      ("TR", "TUR", "Turkey", 465), ("US", "USA", "United States", 369),
      ("ZA", "ZAF", "South Africa", 708),
    ].map { letters, code, name, grams in
      (letters.lowercased(), CarbonIntensity(tableRow: code, name, grams))
    }

  init(tableRow code: String, _ name: String, _ grams: Double) {
    self.init(
      code: code, name: name, year: 2023, intensity: GramsPerKilowattHour(grams),
      source: Self.tableSource)
  }
}
