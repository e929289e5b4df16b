import PropertyTesting
import ReferenceTraining

/// A scalar of which random numbers can be drawn.
public protocol RandomScalar: Scalar {
  /// Draws a number.
  ///
  /// - Parameter choices: Where it is drawn from.
  /// - Returns: The number; the simplest is 0.
  static func random(_ choices: inout Choices) -> Self
}

extension PrimeField: RandomScalar {
  /// Draws any number of the field, all equally likely.
  ///
  /// - Parameter choices: Where it is drawn from.
  /// - Returns: The number.
  public static func random(_ choices: inout Choices) -> Self {
    Self(residue: choices.draw(upTo: modulus - 1))
  }
}

extension RandomScalar where Self: BinaryFloatingPoint {
  /// Draws a multiple of 2⁻²⁰ in −1 … 1, to which a small power of two is added exactly.
  ///
  /// - Parameter choices: Where it is drawn from.
  /// - Returns: The number.
  public static func random(_ choices: inout Choices) -> Self {
    let magnitude = Float(choices.integer(in: 0...1 << 20)) * 0x1p-20
    return Self(choices.oneIn(2) ? -magnitude : magnitude)
  }
}

extension Float: RandomScalar {}
extension Double: RandomScalar {}
#if arch(x86_64) && !os(Windows) && !os(Android)
  extension Float80: RandomScalar {}
#endif

extension RunningError: RandomScalar where Value: RandomScalar {
  /// Draws a number without error.
  ///
  /// - Parameter choices: Where it is drawn from.
  /// - Returns: The number.
  public static func random(_ choices: inout Choices) -> Self {
    Self(exactly: Value.random(&choices))
  }
}
