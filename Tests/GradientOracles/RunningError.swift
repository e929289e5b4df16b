import Foundation
import ReferenceTraining

/// A number that carries a bound on its own rounding error.
///
/// Running error analysis (Higham, "Accuracy and Stability of Numerical Algorithms", section 3.3):
/// each operation rounds as the underlying type does, passes the errors of its operands on, and
/// adds its own, at most u times its result. The bound itself is computed in Double and
/// enlarged by a factor that covers its own rounding.
public struct RunningError<Value: Scalar & BinaryFloatingPoint>: Scalar {
  /// What the underlying type computes.
  public let value: Value
  /// How far that may be from the exact result.
  public let error: Double

  /// Takes a number over that has no error.
  ///
  /// - Parameter value: The number.
  public init(exactly value: Value) {
    self.value = value
    error = 0
  }

  /// A result with the error that it inherits, and `units` times its own relative error u.
  private init(_ value: Value, inherited: Double, units: Double = 1) {
    self.value = value
    let own = units * Double(Value.ulpOfOne) / 2 * Double(value).magnitude
    error = (inherited + own + Double(Value.leastNonzeroMagnitude)) * (1 + 0x1p-40)
  }

  /// Takes a number over that has no error.
  ///
  /// - Parameter value: The number.
  public init(_ value: Float) {
    self.value = Value(value)
    error = 0
  }

  /// Takes a number over with the error of rounding it.
  ///
  /// - Parameter value: The number.
  public init(_ value: Double) {
    self.value = Value(value)
    error = (Double(self.value) - value).magnitude
  }

  /// An exact 0.
  public static var zero: Self { Self(exactly: 0) }

  /// Whether two values are equal, whatever their errors.
  public static func == (left: Self, right: Self) -> Bool { left.value == right.value }
  /// Whether a value is less than another, whatever their errors.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  /// What the underlying type makes of the value, with what that drops as an error.
  public func flushed(below least: Self) -> Self {
    let kept = value.flushed(below: least.value)
    return Self(kept, inherited: error + (value == kept ? 0 : magnitude))
  }

  private var magnitude: Double { Double(value).magnitude }

  private static func productError(_ a: Self, _ b: Self) -> Double {
    a.magnitude * b.error + b.magnitude * a.error + a.error * b.error
  }

  /// The sum; errors add up.
  public static func + (left: Self, right: Self) -> Self {
    Self(left.value + right.value, inherited: left.error + right.error)
  }

  /// The difference; errors add up.
  public static func - (left: Self, right: Self) -> Self {
    Self(left.value - right.value, inherited: left.error + right.error)
  }

  /// The product: |a′b′ − ab| ≤ |a′| · error of b + |b′| · error of a + both errors' product.
  public static func * (left: Self, right: Self) -> Self {
    Self(left.value * right.value, inherited: productError(left, right))
  }

  /// |a′/b′ − a/b| ≤ (error of a + |a/b| · error of b)/|b′|, with b′ between b ± its error.
  public static func / (left: Self, right: Self) -> Self {
    let quotient = left.value / right.value
    let smallest = right.magnitude - right.error
    guard smallest > 0 else { return Self(quotient, inherited: .infinity) }
    let ratio = left.magnitude / right.magnitude
    return Self(quotient, inherited: (left.error + ratio * right.error) / smallest)
  }

  /// The number plus a product, rounded once.
  ///
  /// - Parameters:
  ///   - a: A factor.
  ///   - b: The other factor.
  /// - Returns: The sum.
  public func addingProduct(_ a: Self, _ b: Self) -> Self {
    Self(
      value.addingProduct(a.value, b.value), inherited: error + Self.productError(a, b))
  }

  /// |√x′ − √x| = |x′ − x|/(√x′ + √x), at most error/√x, and √error at 0.
  ///
  /// - Returns: The root.
  public func squareRoot() -> Self {
    let root = value.squareRoot()
    let exact = Double(value).squareRoot()
    return Self(root, inherited: exact > 0 ? error / exact : error.squareRoot())
  }

  /// The system's functions are within 2 units in the last place, 4 u (the GNU C library's manual,
  /// "Known Maximum Errors in Math Functions").
  private static var libraryUnits: Double { 4 }

  /// |exp x′ − exp x| ≤ exp x′ · (exp(error) − 1).
  ///
  /// - Parameter x: The exponent.
  /// - Returns: e to the power of x.
  public static func exp(_ x: Self) -> Self {
    let result = Value.exp(x.value)
    let inherited = Double(result) * (1 + 0x1p-20) * expm1(x.error)
    return Self(result, inherited: inherited, units: libraryUnits)
  }

  /// |log x′ − log x| ≤ −log(1 − error/x′).
  ///
  /// - Parameter x: A positive number.
  /// - Returns: The logarithm of x.
  public static func log(_ x: Self) -> Self {
    let relative = x.error / x.magnitude
    let inherited = relative < 1 ? -log1p(-relative) : .infinity
    return Self(Value.log(x.value), inherited: inherited, units: libraryUnits)
  }

  /// |tanh x′ − tanh x| ≤ |x′ − x|.
  ///
  /// - Parameter x: A number.
  /// - Returns: The tangent of x.
  public static func tanh(_ x: Self) -> Self {
    Self(Value.tanh(x.value), inherited: x.error, units: libraryUnits)
  }
}
