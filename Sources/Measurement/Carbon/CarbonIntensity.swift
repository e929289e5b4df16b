import Foundation

/// How much CO₂-equivalent a place's electricity causes, and who says so.
public struct CarbonIntensity: Codable, Hashable, Sendable {
  /// The place's code: ISO 3166-1's of three letters, or a word in small letters.
  public let code: String

  /// The place's name.
  public let name: String

  /// The year that the figure is for; nil where it isn't told.
  public let year: Int?

  /// The figure.
  public let intensity: GramsPerKilowattHour

  /// Where the figure is from, with its licence.
  public let source: String

  /// Makes an intensity.
  ///
  /// - Parameters:
  ///   - code: the place's code.
  ///   - name: the place's name.
  ///   - year: the year that the figure is for.
  ///   - intensity: the figure.
  ///   - source: where the figure is from, with its licence.
  public init(
    code: String, name: String, year: Int?, intensity: GramsPerKilowattHour, source: String
  ) {
    self.code = code
    self.name = name
    self.year = year
    self.intensity = intensity
    self.source = source
  }

  /// What "Effect of Batch Size" takes: 713 g/kWh, which is India's figure of 2023 in the table.
  public static let published = CarbonIntensity(
    code: "published", name: "India, in the text", year: nil,
    intensity: GramsPerKilowattHour(713), source: "“Effect of Batch Size”, 24 December 2024")

  /// Finds a place by its code, or takes a figure as it is given.
  ///
  /// - Parameter text: a code of two or three letters or `world`, which is the latest year's, or with
  ///   a year behind it, such as `FR-2022`; `published`; or grams a kilowatt-hour such as `250`; in
  ///   capitals or not.
  /// - Throws: `CarbonIntensityError` for what is none of these.
  public init(_ text: String) throws(CarbonIntensityError) {
    if let figure = Double(text) {
      guard figure == 0 || Self.possible.contains(figure) else { throw .impossible(text) }
      self.init(
        code: "given", name: "as given", year: nil, intensity: GramsPerKilowattHour(figure),
        source: "given by the user")
    } else if let dash = text.lastIndex(of: "-"), let year = Int(text[dash...].dropFirst()) {
      self = try Self.lookup(String(text[..<dash]), year: year)
    } else {
      self = try Self.lookup(text)
    }
  }

  /// What is believed, in g/kWh: far more on both sides than the table's figures.
  static let possible = 1e-3...1e5

  /// Finds a place by its code.
  ///
  /// - Parameters:
  ///   - code: a code of two or three letters, `world` or `published`; in capitals or not.
  ///   - year: the year; nil for the latest that there is.
  /// - Returns: the place's intensity.
  /// - Throws: `CarbonIntensityError` for a place or a year that isn't in the table.
  public static func lookup(
    _ code: String, year: Int? = nil
  ) throws(CarbonIntensityError) -> CarbonIntensity {
    let wanted = code.lowercased()
    if wanted == published.code, year == nil { return published }
    let place = places.first { place in
      place.letters == wanted || place.rows.first?.code.lowercased() == wanted
    }
    guard let rows = place?.rows, let latest = rows.last else { throw .unknown(code: code) }
    guard let year else { return latest }
    guard let row = rows.first(where: { $0.year == year }) else {
      throw .noFigure(place: latest.name, year: year, years: rows.compactMap(\.year))
    }
    return row
  }
}

extension CarbonIntensity: CustomStringConvertible {
  /// The place, the year and the figure, such as `France 2024, 44 g/kWh`.
  public var description: String {
    let place = year.map { "\(name) \($0)" } ?? name
    // Whole grams, as the table has them, are not written with more digits than they have.
    let digits = intensity.value < 100 && intensity.value == intensity.value.rounded() ? 2 : 3
    return "\(place), \(intensity.formatted(significantDigits: digits))"
  }
}

/// Why there is no carbon intensity.
public enum CarbonIntensityError: Error, Hashable, Sendable {
  /// No place has the code.
  case unknown(code: String)
  /// The table has the place, but not for that year.
  case noFigure(place: String, year: Int, years: [Int])
  /// The number can be no intensity.
  case impossible(String)
}

extension CarbonIntensityError: CustomStringConvertible {
  /// What is wrong, and what there is instead.
  public var description: String {
    switch self {
    case .unknown(let code):
      "no carbon intensity of '\(code)': there are "
        + (CarbonIntensity.places.compactMap(\.rows.first?.code) + [CarbonIntensity.published.code])
        .joined(separator: ", ")
        + ", or give grams a kilowatt-hour"
    case .noFigure(let place, let year, let years):
      "no carbon intensity of \(place) for \(year), only for "
        + years.map(String.init).joined(separator: ", ")
    case .impossible(let text):
      "\(text) g/kWh can be no carbon intensity: give 0, or 0.001 to 100,000"
    }
  }
}
