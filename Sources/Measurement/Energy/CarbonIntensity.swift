import Foundation

/// How much CO₂-equivalent a place's electricity causes, and who says so.
package struct CarbonIntensity: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The place's code: ISO 3166-1's of three letters, or a word in small letters.
  package let code: String
  package let name: String
  /// The year that the figure is for; nil where it isn't told.
  package let year: Int?
  package let intensity: GramsPerKilowattHour
  /// Where the figure is from, with its licence.
  package let source: String

  /// The figure of "Effect of Batch Size", 713 g/kWh, which is India's of 2023 in the table.
  package static let published = CarbonIntensity(
    code: "published", name: "India, in the article", year: nil,
    intensity: GramsPerKilowattHour(713), source: "“Effect of Batch Size”, 24 December 2024")

  /// The world's average of the latest year, which is taken where nothing else is said.
  package static let world = table[0].intensities[years.count - 1]
}

extension CarbonIntensity {
  /// Finds a place by its code, or takes a figure as it is given.
  ///
  /// That is a code of two or three letters (also `UK`, which is GB), a name, or `world`, which is the
  /// latest year's, or followed by a year, such as `FR-2022`; `published`; or grams a kilowatt-hour such
  /// as `250`; in capitals or not.
  package init(_ text: String) throws(CarbonIntensityError) {
    if let figure = Double(text) {
      // Kilograms a kilowatt-hour are at most 1.3, of lignite; grams at least 4, of wind and water.
      guard figure == 0 || (2...1e5).contains(figure) else {
        let isKilograms = (1e-2..<2).contains(figure)
        throw CarbonIntensityError(
          description: "\(text) g/kWh can be no carbon intensity: "
            + (isKilograms
              ? "for \(text) kg/kWh give \(Int((figure * 1000).rounded()))"
              : "give 0, or 2 to 100,000"))
      }
      self.init(
        code: "given", name: "as given", year: nil, intensity: GramsPerKilowattHour(figure),
        source: "given by the user")
      return
    }
    var (code, year) = (text, nil as Int?)
    if let dash = text.lastIndex(of: "-"), let number = Int(text[dash...].dropFirst()) {
      (code, year) = (String(text[..<dash]), number)
    }
    let wanted = code.lowercased() == "uk" ? "gb" : code.lowercased()
    if wanted == Self.published.code, year == nil {
      self = .published
      return
    }
    let place = Self.table.first {
      [$0.letters, $0.code.lowercased(), $0.name.lowercased()].contains(wanted)
    }
    guard let place else {
      throw CarbonIntensityError(
        description: "no carbon intensity of '\(code)': there are countries and the world alone, "
          + (Self.table.map(\.code) + [Self.published.code]).joined(separator: ", ")
          + "; for any other place give its grams a kilowatt-hour as a number, such as 250")
    }
    let wantedYear = year ?? Self.years.upperBound
    guard let intensity = place.intensities.first(where: { $0.year == wantedYear }) else {
      throw CarbonIntensityError(
        description: "no carbon intensity of \(place.name) for \(wantedYear), only for "
          + Self.years.map(String.init).joined(separator: ", "))
    }
    self = intensity
  }

  /// The place, the year and the figure, such as `France 2024, 44 g/kWh`.
  package var description: String {
    let place = year.map { "\(name) \($0)" } ?? name
    // Whole grams, as the table has them, are not written with more digits than they have.
    let digits = intensity.value < 100 && intensity.value == intensity.value.rounded() ? 2 : 3
    return "\(place), \(intensity.formatted(significantDigits: digits))"
  }
}

/// Why there is no carbon intensity, and what there is instead, in one line.
package struct CarbonIntensityError: Error, CustomStringConvertible {
  package let description: String
}

extension EnergyRecord {
  /// The mass of CO₂-equivalent that the energy causes at an intensity, or why there is none.
  ///
  /// Modelled even where the energy is measured, since an average over a year stands for the
  /// electricity of the moment.
  package func carbon(at intensity: CarbonIntensity) -> Estimate<Grams> {
    guard let joules else { return .unavailable(reason: reason ?? "no reason is told") }
    let model = provenance == .modelled ? "\(intensity) on \(source)" : intensity.description
    return .modelled(joules * intensity.intensity, model: model)
  }
}
