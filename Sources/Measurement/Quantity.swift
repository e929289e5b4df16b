/// A physical quantity: a number whose unit is its type.
///
/// Encodes as a plain number in the unit that its type names, with no prefix.
public protocol Quantity: Comparable, Hashable, Codable, Sendable, CustomStringConvertible {
  /// How the unit and its prefixes are written.
  static var unit: UnitNotation { get }

  /// The number, in the unit without a prefix.
  var value: Double { get }

  /// Makes a quantity from a number.
  ///
  /// - Parameter value: the number, in the unit without a prefix.
  init(_ value: Double)
}

extension Quantity {
  /// The quantity of nothing.
  public static var zero: Self { Self(0) }

  /// Orders by the numbers.
  ///
  /// - Parameters:
  ///   - left: a quantity.
  ///   - right: another of the same unit.
  /// - Returns: whether the first is the smaller one.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  /// The sum of two quantities of one unit.
  ///
  /// - Parameters:
  ///   - left: a quantity.
  ///   - right: another of the same unit.
  /// - Returns: the sum.
  public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }

  /// The difference of two quantities of one unit.
  ///
  /// - Parameters:
  ///   - left: a quantity.
  ///   - right: another of the same unit.
  /// - Returns: the first less the second.
  public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }

  /// A multiple of a quantity.
  ///
  /// - Parameters:
  ///   - quantity: a quantity.
  ///   - factor: a number without a unit.
  /// - Returns: the product.
  public static func * (quantity: Self, factor: Double) -> Self { Self(quantity.value * factor) }

  /// A part of a quantity.
  ///
  /// - Parameters:
  ///   - quantity: a quantity.
  ///   - divisor: a number without a unit.
  /// - Returns: the quotient.
  public static func / (quantity: Self, divisor: Double) -> Self { Self(quantity.value / divisor) }

  /// The ratio of two quantities of one unit.
  ///
  /// - Parameters:
  ///   - left: a quantity.
  ///   - right: another of the same unit.
  /// - Returns: a number without a unit.
  public static func / (left: Self, right: Self) -> Double { left.value / right.value }

  /// Reads a plain number.
  ///
  /// - Parameter decoder: where the number is.
  /// - Throws: what the decoder throws when there is no number.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  /// Writes a plain number.
  ///
  /// - Parameter encoder: where the number goes.
  /// - Throws: what the encoder throws, such as JSON's for a number that is not finite.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// The quantity to three significant digits, with the prefix that fits.
  public var description: String { formatted(significantDigits: 3) }

  /// The quantity rounded, with the prefix that fits.
  ///
  /// - Parameter significantDigits: how many digits to keep, 1 to 17.
  /// - Returns: a number, a space and a unit, such as `23.8 µs`.
  public func formatted(significantDigits: Int) -> String {
    Self.unit.format(value, significantDigits: significantDigits)
  }
}
