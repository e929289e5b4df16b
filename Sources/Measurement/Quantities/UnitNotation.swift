import Foundation

/// How a unit is written: its symbol, and the prefixes that go with it.
package struct UnitNotation: Hashable, Sendable {
  /// A power of a thousand before a unit (SI brochure, table 7); the raw value is the exponent.
  package enum Prefix: Int, Sendable {
    case pico = -4
    case nano, micro, milli, one, kilo, mega, giga, tera, peta

    /// The letter, empty for no prefix.
    var symbol: String { ["p", "n", "µ", "m", "", "k", "M", "G", "T", "P"][rawValue + 4] }
  }

  /// Such as `s`.
  let symbol: String
  /// The ends of the prefixes that the unit takes.
  let smallest, largest: Prefix

  /// Writes a number, given in the unit without a prefix, with the prefix that leaves one to three
  /// digits before the point.
  ///
  /// The prefix is picked after rounding, so 999.9 µs to three digits is `1.00 ms`. Beyond the
  /// prefixes that the unit takes, the smallest or the largest of them is used. Digits are held to
  /// 1 to 17.
  package func format(_ value: Double, significantDigits: Int) -> String {
    guard value.isFinite, value != 0 else {
      return "\(value == 0 ? "0" : String(value)) \(symbol)"
    }
    let digitsAfterFirst = min(max(significantDigits, 1), 17) - 1
    let parts = String(format: "%.\(digitsAfterFirst)e", value.magnitude).split(separator: "e")
    let digits = parts[0].filter { $0 != "." }
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    let thousands = Int((Double(exponent) / 3).rounded(.down))
    let power = max(min(thousands, largest.rawValue), smallest.rawValue)
    let number = placePoint(in: digits, before: exponent - 3 * power + 1)
    let prefix = Prefix(rawValue: power)?.symbol ?? ""
    return "\(value < 0 ? "-" : "")\(number) \(prefix)\(symbol)"
  }

  /// Puts a decimal point into digits, and the zeros that its place needs.
  private func placePoint(in digits: String, before index: Int) -> String {
    if index <= 0 { return "0." + String(repeating: "0", count: -index) + digits }
    if index >= digits.count {
      return digits + String(repeating: "0", count: index - digits.count)
    }
    return "\(digits.prefix(index)).\(digits.dropFirst(index))"
  }
}
