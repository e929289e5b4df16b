/// What the reference needs of a number.
///
/// Small on purpose: floating-point types conform here, and so can dual numbers, which carry a
/// derivative along, and a prime field, in which every formula is exact.
public protocol Scalar: Comparable, Sendable {
  /// Takes a pixel, a weight or a random number over, exactly where the type can.
  ///
  /// - Parameter value: The number.
  init(_ value: Float)

  /// Takes a hyperparameter over, rounded once.
  ///
  /// - Parameter value: The number.
  init(_ value: Double)

  /// The neutral element of addition.
  static var zero: Self { get }

  /// The sum, rounded once.
  static func + (left: Self, right: Self) -> Self
  /// The difference, rounded once.
  static func - (left: Self, right: Self) -> Self
  /// The product, rounded once.
  static func * (left: Self, right: Self) -> Self
  /// The quotient, rounded once.
  static func / (left: Self, right: Self) -> Self

  /// self + a·b, rounded once: the contract's fused multiply-add.
  ///
  /// - Parameters:
  ///   - a: A factor.
  ///   - b: The other factor.
  /// - Returns: The sum.
  func addingProduct(_ a: Self, _ b: Self) -> Self

  /// The square root, rounded once.
  ///
  /// - Returns: The root.
  func squareRoot() -> Self

  /// Self, or +0 where self is smaller than any normal number: the contract's rule for state.
  var flushed: Self { get }

  /// Self, or +0 where |self| is below the least number of which a product is normal.
  ///
  /// - Parameter least: The least number that is kept.
  /// - Returns: Self or zero.
  func flushed(below least: Self) -> Self

  /// The exponential function.
  ///
  /// - Parameter x: The exponent.
  /// - Returns: e to the power of x.
  static func exp(_ x: Self) -> Self

  /// The natural logarithm.
  ///
  /// - Parameter x: A positive number.
  /// - Returns: The logarithm of x.
  static func log(_ x: Self) -> Self

  /// The hyperbolic tangent.
  ///
  /// - Parameter x: A number.
  /// - Returns: The tangent of x.
  static func tanh(_ x: Self) -> Self
}

extension Scalar {
  /// Self: exact numbers have no subnormal ones among them.
  public var flushed: Self { self }

  /// Self, for the same reason.
  public func flushed(below least: Self) -> Self { self }
}

extension Scalar where Self: FloatingPoint {
  /// Self, or +0 where |self| is below the least normal number.
  public var flushed: Self { flushed(below: .leastNormalMagnitude) }

  /// Self, or +0 where |self| is below the least number that is kept.
  public func flushed(below least: Self) -> Self { magnitude < least ? .zero : self }
}
