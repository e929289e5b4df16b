/// A physical quantity: a number whose unit is its type.
///
/// Encodes as a plain number in the unit that its type names, with no prefix.
package protocol Quantity: Comparable, Hashable, Codable, Sendable, CustomStringConvertible {
  /// How the unit and its prefixes are written.
  static var unit: UnitNotation { get }

  /// The number, in the unit without a prefix.
  var value: Double { get }

  /// Makes a quantity from a number in the unit without a prefix.
  init(_ value: Double)
}

extension Quantity {
  package static var zero: Self { Self(0) }

  package static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  package static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }

  package static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }

  package static func * (quantity: Self, factor: Double) -> Self { Self(quantity.value * factor) }

  package static func / (quantity: Self, divisor: Double) -> Self { Self(quantity.value / divisor) }

  /// The ratio of two quantities of one unit, which has no unit.
  package static func / (left: Self, right: Self) -> Double { left.value / right.value }

  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  /// Writes a plain number; JSON has none for a number that is not finite.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// The quantity to three significant digits, with the prefix that fits, such as `23.8 µs`.
  package var description: String { formatted(significantDigits: 3) }

  /// The quantity to 1 to 17 significant digits, with the prefix that fits.
  package func formatted(significantDigits: Int) -> String {
    Self.unit.format(value, significantDigits: significantDigits)
  }
}
