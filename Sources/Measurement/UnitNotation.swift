import Foundation

/// How a unit is written: its symbol, and the prefixes that go with it.
public struct UnitNotation: Hashable, Sendable {
  /// A power of a thousand before a unit (SI brochure, table 7).
  public enum Prefix: Int, CaseIterable, Sendable {
    /// 10⁻¹².
    case pico = -4
    /// 10⁻⁹.
    case nano
    /// 10⁻⁶.
    case micro
    /// 10⁻³.
    case milli
    /// 1.
    case one
    /// 10³.
    case kilo
    /// 10⁶.
    case mega
    /// 10⁹.
    case giga
    /// 10¹².
    case tera
    /// 10¹⁵.
    case peta

    /// The letter, empty for no prefix.
    public var symbol: String {
      switch self {
      case .pico: "p"
      case .nano: "n"
      case .micro: "µ"
      case .milli: "m"
      case .one: ""
      case .kilo: "k"
      case .mega: "M"
      case .giga: "G"
      case .tera: "T"
      case .peta: "P"
      }
    }
  }

  /// The unit's symbol, such as `s`.
  public let symbol: String

  /// The powers of a thousand that the unit takes a prefix for.
  let prefixes: ClosedRange<Int>

  /// Describes a unit.
  ///
  /// - Parameters:
  ///   - symbol: the unit's symbol.
  ///   - smallest: the smallest prefix that it takes.
  ///   - largest: the largest prefix that it takes.
  public init(symbol: String, smallest: Prefix, largest: Prefix) {
    self.symbol = symbol
    prefixes = smallest.rawValue...max(smallest.rawValue, largest.rawValue)
  }

  /// Writes a number with the prefix that leaves one to three digits before the point.
  ///
  /// The prefix is picked after rounding, so 999.9 µs to three digits is `1.00 ms`. Beyond the
  /// prefixes that the unit takes, the smallest or the largest of them is used.
  ///
  /// - Parameters:
  ///   - value: the number, in the unit without a prefix.
  ///   - significantDigits: how many digits to keep; held to 1 to 17.
  /// - Returns: a number, a space and a unit.
  public func format(_ value: Double, significantDigits: Int) -> String {
    guard value.isFinite, value != 0 else {
      return "\(value == 0 ? "0" : String(value)) \(symbol)"
    }
    let digitsAfterFirst = min(max(significantDigits, 1), 17) - 1
    let parts = String(format: "%.\(digitsAfterFirst)e", value.magnitude).split(separator: "e")
    let digits = parts[0].filter { $0 != "." }
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    let thousands = Int((Double(exponent) / 3).rounded(.down))
    let power = min(max(thousands, prefixes.lowerBound), prefixes.upperBound)
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
