extension CarbonIntensity {
  /// Where the table is from.
  ///
  /// Editions revise earlier years, by a tenth and more where methods change, so figures of
  /// different editions should not stand side by side; all of these are of the edition of 2025.
  public static let tableSource =
    "Ember (2025) and Energy Institute (2025), with major processing by Our World in Data: carbon "
    + "intensity of electricity generation, ourworldindata.org/grapher/carbon-intensity-electricity, "
    + "CC BY 4.0; rounded to 1 g/kWh"

  /// Every row of the table, the world's first, the years of a place in their order.
  ///
  /// Grams of CO₂-equivalent over the life cycle of a kilowatt-hour that is generated in the place,
  /// all of the year, rounded to whole grams. What is lost in the grid or traded is not in it.
  public static var all: [CarbonIntensity] { places.flatMap(\.rows) }

  /// The world's average of the latest year: what is taken where nothing else is said.
  public static let world = worldByYear[worldByYear.count - 1]

  /// The years that the table has, for every place.
  static let years = 2020...2024

  private static let worldByYear = rows("world", "World", [492, 495, 490, 484, 473])

  /// The places, with codes of two letters in small letters, and each one's years.
  static let places: [(letters: String?, rows: [CarbonIntensity])] =
    [(nil, worldByYear)]
    + countries.map { letters, code, name, grams in
      (letters.lowercased(), rows(code, name, grams))
    }

  private typealias Country = (letters: String, code: String, name: String, grams: [Double])

  private static let countries: [Country] = [
    ("AR", "ARG", "Argentina", [395, 407, 393, 354, 359]),
    ("AT", "AUT", "Austria", [133, 135, 141, 112, 103]),
    ("AU", "AUS", "Australia", [642, 606, 578, 556, 552]),
    ("BE", "BEL", "Belgium", [167, 132, 139, 135, 118]),
    ("BR", "BRA", "Brazil", [133, 168, 103, 96, 103]),
    ("CA", "CAN", "Canada", [160, 163, 157, 165, 175]),
    ("CH", "CHE", "Switzerland", [37, 39, 37, 38, 37]),
    ("CL", "CHL", "Chile", [437, 425, 373, 302, 266]),
    ("CN", "CHN", "China", [606, 599, 587, 584, 560]),
    ("CZ", "CZE", "Czechia", [460, 472, 488, 443, 414]),
    ("DE", "DEU", "Germany", [356, 395, 420, 371, 344]),
    ("DK", "DNK", "Denmark", [189, 223, 201, 150, 143]),
    ("ES", "ESP", "Spain", [199, 194, 217, 169, 146]),
    ("FI", "FIN", "Finland", [130, 135, 130, 81, 72]),
    ("FR", "FRA", "France", [59, 60, 79, 55, 44]),
    ("GB", "GBR", "United Kingdom", [247, 269, 251, 228, 211]),
    ("IE", "IRL", "Ireland", [293, 354, 333, 284, 280]),
    ("IN", "IND", "India", [702, 710, 703, 713, 708]),
    ("IT", "ITA", "Italy", [334, 339, 378, 323, 288]),
    ("JP", "JPN", "Japan", [528, 514, 520, 494, 482]),
    ("KR", "KOR", "South Korea", [457, 459, 438, 432, 414]),
    ("MX", "MEX", "Mexico", [487, 461, 473, 492, 485]),
    ("NL", "NLD", "Netherlands", [343, 352, 326, 269, 253]),
    ("NO", "NOR", "Norway", [30, 27, 30, 30, 31]),
    ("NZ", "NZL", "New Zealand", [143, 146, 113, 104, 120]),
    ("PL", "POL", "Poland", [739, 757, 733, 655, 615]),
    ("PT", "PRT", "Portugal", [248, 210, 225, 158, 112]),
    ("SE", "SWE", "Sweden", [39, 42, 41, 38, 36]),
    ("TR", "TUR", "Turkey", [482, 501, 488, 494, 470]),
    ("US", "USA", "United States", [412, 424, 410, 393, 384]),
    ("ZA", "ZAF", "South Africa", [767, 744, 730, 710, 709]),
  ]

  private static func rows(_ code: String, _ name: String, _ grams: [Double]) -> [CarbonIntensity] {
    zip(years, grams).map { year, grams in
      CarbonIntensity(
        code: code, name: name, year: year, intensity: GramsPerKilowattHour(grams),
        source: tableSource)
    }
  }
}
