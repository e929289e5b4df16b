extension CarbonIntensity {
  /// Where the table is from.
  ///
  /// All of it is of the edition of 2025, since figures of different editions should not stand side
  /// by side: they revise earlier years, by a tenth and more where methods change.
  private static let tableSource =
    "Ember (2025) and Energy Institute (2025), with major processing by Our World in Data: carbon "
    + "intensity of electricity generation, ourworldindata.org/grapher/carbon-intensity-electricity, "
    + "CC BY 4.0; rounded to 1 g/kWh"

  /// The years that the table has, for every place.
  static let years = 2020...2024

  /// A place with its codes of two letters, in small letters, and three; the world has a word.
  struct Place {
    let letters, code, name: String
    /// The figures, a year each.
    let grams: [Double]

    var intensities: [CarbonIntensity] {
      zip(years, grams).map { year, grams in
        CarbonIntensity(
          code: code, name: name, year: year, intensity: GramsPerKilowattHour(grams),
          source: tableSource)
      }
    }
  }

  /// The places, the world first.
  ///
  /// Grams of CO₂-equivalent over the life cycle of a kilowatt-hour that is generated in the place,
  /// mean of the year. What is lost in the grid or traded is not in it.
  static let table: [Place] = [
    ("world", "world", "World", [492, 495, 490, 484, 473]),
    ("ar", "ARG", "Argentina", [395, 407, 393, 354, 359]),
    ("at", "AUT", "Austria", [133, 135, 141, 112, 103]),
    ("au", "AUS", "Australia", [642, 606, 578, 556, 552]),
    ("be", "BEL", "Belgium", [167, 132, 139, 135, 118]),
    ("br", "BRA", "Brazil", [133, 168, 103, 96, 103]),
    ("ca", "CAN", "Canada", [160, 163, 157, 165, 175]),
    ("ch", "CHE", "Switzerland", [37, 39, 37, 38, 37]),
    ("cl", "CHL", "Chile", [437, 425, 373, 302, 266]),
    ("cn", "CHN", "China", [606, 599, 587, 584, 560]),
    ("cz", "CZE", "Czechia", [460, 472, 488, 443, 414]),
    ("de", "DEU", "Germany", [356, 395, 420, 371, 344]),
    ("dk", "DNK", "Denmark", [189, 223, 201, 150, 143]),
    ("es", "ESP", "Spain", [199, 194, 217, 169, 146]),
    ("fi", "FIN", "Finland", [130, 135, 130, 81, 72]),
    ("fr", "FRA", "France", [59, 60, 79, 55, 44]),
    ("gb", "GBR", "United Kingdom", [247, 269, 251, 228, 211]),
    ("ie", "IRL", "Ireland", [293, 354, 333, 284, 280]),
    ("in", "IND", "India", [702, 710, 703, 713, 708]),
    ("it", "ITA", "Italy", [334, 339, 378, 323, 288]),
    ("jp", "JPN", "Japan", [528, 514, 520, 494, 482]),
    ("kr", "KOR", "South Korea", [457, 459, 438, 432, 414]),
    ("mx", "MEX", "Mexico", [487, 461, 473, 492, 485]),
    ("nl", "NLD", "Netherlands", [343, 352, 326, 269, 253]),
    ("no", "NOR", "Norway", [30, 27, 30, 30, 31]),
    ("nz", "NZL", "New Zealand", [143, 146, 113, 104, 120]),
    ("pl", "POL", "Poland", [739, 757, 733, 655, 615]),
    ("pt", "PRT", "Portugal", [248, 210, 225, 158, 112]),
    ("se", "SWE", "Sweden", [39, 42, 41, 38, 36]),
    ("tr", "TUR", "Turkey", [482, 501, 488, 494, 470]),
    ("us", "USA", "United States", [412, 424, 410, 393, 384]),
    ("za", "ZAF", "South Africa", [767, 744, 730, 710, 709]),
  ].map(Place.init)
}
