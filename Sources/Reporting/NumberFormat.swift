import Foundation

/// How a number is written for people: digits, grouping and sign, the same in every locale.
///
/// Thousands are grouped by a comma, the minus is the typographic one, and magnitudes that no one
/// reads as digits are written as a power of ten. A number that rounds to zero carries no sign.
public enum NumberFormat: Sendable, Equatable {
  /// A fixed number of digits after the point, between 0 and 15.
  case decimals(Int)
  /// A number of significant digits, between 1 and 15; trailing zeros are kept.
  case significant(Int)

  /// What stands for a value that was not measured or not published.
  public static let unavailable = "–"

  /// How many of something there are, such as `1 epoch` or `2,000 epochs`.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - noun: what one is called, to which an s is added for more.
  /// - Returns: the text.
  public static func counted(_ count: Int, _ noun: String) -> String {
    "\(NumberFormat.decimals(0).string(Double(count))) \(noun)\(count == 1 ? "" : "s")"
  }

  /// The number as text.
  ///
  /// - Parameter value: any number; NaN and infinities are written `NaN`, `∞` and `−∞`, because
  ///   they are results (a loss that diverged), not absences.
  /// - Returns: the text.
  public func string(_ value: Double) -> String {
    guard value.isFinite else {
      return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞"
    }
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

  private static func scientific(_ value: Double, digits: Int) -> String {
    let parts = String(format: "%.*e", min(digits, 15) - 1, abs(value)).split(separator: "e")
    let exponent = parts.last.flatMap { Int($0) } ?? 0
    return (value < 0 ? "−" : "") + (parts.first ?? "0") + "×10" + superscript(exponent)
  }

  static func superscript(_ exponent: Int) -> String {
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String(String(exponent).map { raised[$0] ?? $0 })
  }
}
