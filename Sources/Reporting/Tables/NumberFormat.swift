import Foundation

/// How a number is written for people: digits, grouping and sign, the same in every locale.
///
/// Thousands are grouped by a comma, the minus is the typographic one, and magnitudes that no one
/// reads as digits are written as a power of ten. A number that rounds to zero carries no sign.
package enum NumberFormat: Sendable, Equatable {
  /// A fixed number of digits after the point, between 0 and 15.
  case decimals(Int)
  /// A number of significant digits, between 1 and 15; trailing zeros are kept.
  case significant(Int)

  /// What stands for a value that was not measured or not published.
  package static let unavailable = "–"

  /// A count with its noun, such as `1 epoch` or `2,000 epochs`.
  package static func counted(_ count: Int, _ noun: String) -> String {
    "\(whole(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A whole number with its thousands grouped.
  package static func whole(_ count: Int) -> String { decimals(0).string(Double(count)) }

  /// A number with the digits after the point that it needs, up to six significant ones.
  package static func shortest(_ value: Double) -> String {
    decimals(decimalsNeeded(value)).string(value)
  }

  /// The shortest text that reads back as the same number; whole numbers without a point.
  static func everyDigit(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// The digits after the point that a value needs, up to six significant ones.
  static func decimalsNeeded(_ value: Double) -> Int {
    for count in 0...9 {
      let scaled = abs(value) * pow(10, Double(count))
      if abs(scaled - scaled.rounded()) <= 1e-6 * max(scaled, 1e-30) { return count }
    }
    return 9
  }

  /// The number as text; NaN and infinities, which are results (a loss that diverged) and not
  /// absences, are `NaN`, `∞` and `−∞`.
  package func string(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    switch self {
    case .decimals(let count):
      let digits = min(max(count, 0), 15)
      return abs(value) < 1e15
        ? Self.plain(value, decimals: digits) : Self.scientific(value, digits: digits + 1)
    case .significant(let count):
      let digits = min(max(count, 1), 15)
      if value == 0 { return Self.plain(0, decimals: digits - 1) }
      // The exponent is read from the rounded number: 9.96 to two digits is 10, not 10.0.
      let rounded = String(format: "%.*e", digits - 1, value)
      let exponent = rounded.split(separator: "e").last.flatMap { Int($0) } ?? 0
      return exponent < -4 || exponent > max(6, digits - 1)
        ? Self.scientific(value, digits: digits)
        : Self.plain(value, decimals: max(0, digits - 1 - exponent))
    }
  }

  /// A number in digits, with its thousands grouped.
  private static func plain(_ value: Double, decimals: Int) -> String {
    let parts = String(format: "%.*f", decimals, abs(value)).split(separator: ".")
    let whole = parts.first ?? "0"
    var grouped = ""
    for (offset, digit) in whole.enumerated() {
      if offset > 0, (whole.count - offset).isMultiple(of: 3) { grouped.append(",") }
      grouped.append(digit)
    }
    let text = parts.count > 1 ? "\(grouped).\(parts[1])" : grouped
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return value < 0 && !isZero ? "−" + text : text
  }

  /// A number as a power of ten with a factor.
  private static func scientific(_ value: Double, digits: Int) -> String {
    let parts = String(format: "%.*e", min(digits, 15) - 1, abs(value)).split(separator: "e")
    let exponent = parts.last.flatMap { Int($0) } ?? 0
    return (value < 0 ? "−" : "") + (parts.first ?? "0") + "×10" + superscript(exponent)
  }

  static func superscript(_ exponent: Int) -> String {
    let digits = "\(abs(exponent))".compactMap { $0.wholeNumberValue }
    return (exponent < 0 ? "⁻" : "") + digits.map { Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[$0] }
  }
}
