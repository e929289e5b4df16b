import Foundation
import ReferenceTraining

/// A number, and how far from it `Float` arithmetic may come in any sensible order of operations.
///
/// The value is computed in `Double`. The error is a running bound (Higham 2002, "Accuracy and
/// Stability of Numerical Algorithms", section 3.3) with the unit roundoff u = 2⁻²⁴ of `Float`. Sums
/// are kept apart from other numbers: a sum of n terms, added in any order or grouping and with or
/// without fused products, is off by at most γₙ Σ|terms| and the errors of the terms (equation 3.5).
/// So the bound is that of a trainer that folds, adds pairwise, on vectors, threads or devices.
///
/// A comparison with an exact number is true where it is certain. So the forward pass of a rectifier
/// keeps a number whose sign isn't certain, with its error; what becomes of its gradient,
/// `ReferenceTrainer.accumulateErrorBounds(of:)` says.
package struct ErrorBound {
  /// What comes out in `Double`.
  package let value: Double
  /// The errors of the operands, carried along.
  private let inherited: Double
  /// Σ|terms| of a sum, 0 of any other number.
  private let termMagnitudes: Double
  /// The number of its terms.
  private let terms: Double
}

extension ErrorBound: Scalar {
  /// u of `Float`.
  private static let unit = Double(Float.ulpOfOne) / 2
  /// What an operation may lose where its result is below the normal numbers, or is taken for 0.
  private static let underflow = Double(Float.leastNormalMagnitude)
  /// The most terms that a sum may have, and 1/(1 − n u) for as many: γₙ is at most n u times it.
  private static let mostTerms = 0x1p21
  private static let gammaFactor = 1 / (1 - mostTerms * unit)

  @inline(__always)
  package init(_ value: Double, error: Double) {
    self.init(value: value, inherited: error, termMagnitudes: 0, terms: 0)
  }

  /// The result of one operation, rounded once.
  @inline(__always)
  private init(rounding value: Double, inherited: Double, units: Double = 1) {
    let own = units * Self.unit * (value.magnitude + inherited)
    self.init(value, error: inherited + own + (value == 0 ? 0 : Self.underflow))
  }

  /// Takes a number over that has no error.
  package init(_ value: Float) { self.init(Double(value), error: 0) }

  /// Takes a hyperparameter over, which may be rounded to `Float`.
  package init(_ value: Double) {
    self.init(value, error: (Double(Float(value)) - value).magnitude)
  }

  package static var zero: Self { Self(0, error: 0) }

  /// How far the number may be off.
  @inline(__always)
  package var error: Double {
    let n = terms == 0 ? 0 : terms + 1
    let own = Self.gammaFactor * Self.unit * n * (termMagnitudes + inherited)
    return inherited + (n < Self.mostTerms ? own : .infinity)
  }

  /// Σ|terms| where the number is a sum, and otherwise its magnitude.
  package var magnitudes: Double { terms == 0 ? value.magnitude : termMagnitudes }

  /// Whether two values are equal, whatever their errors.
  package static func == (left: Self, right: Self) -> Bool { left.value == right.value }

  /// Whether a value is less than another; beside an exact number, whether that is certain.
  package static func < (left: Self, right: Self) -> Bool { compare(left, right, by: <) }

  /// Whether a value is at most another; beside an exact number, whether that is certain.
  package static func <= (left: Self, right: Self) -> Bool { compare(left, right, by: <=) }

  @inline(__always)
  private static func compare(
    _ left: Self, _ right: Self, by isOrdered: (Double, Double) -> Bool
  ) -> Bool {
    let (leftError, rightError) = (left.error, right.error)
    return leftError != 0 && rightError != 0
      ? isOrdered(left.value, right.value)
      : isOrdered(left.value + leftError, right.value - rightError)
  }

  /// The number as the sum that it is, or as a sum of one term; of nothing where it is an exact 0.
  @inline(__always)
  private var asSum: Self {
    if terms > 0 || (value == 0 && inherited == 0) { return self }
    return Self(value: value, inherited: inherited, termMagnitudes: value.magnitude, terms: 1)
  }

  @inline(__always)
  private static func sum(_ left: Self, _ right: Self, value: Double) -> Self {
    let (left, right) = (left.asSum, right.asSum)
    return Self(
      value: value, inherited: left.inherited + right.inherited,
      termMagnitudes: left.termMagnitudes + right.termMagnitudes, terms: left.terms + right.terms)
  }

  /// The sum of both numbers' terms.
  package static func + (left: Self, right: Self) -> Self {
    sum(left, right, value: left.value + right.value)
  }

  /// The sum of one number's terms and the other's negated ones.
  package static func - (left: Self, right: Self) -> Self {
    sum(left, right, value: left.value - right.value)
  }

  /// |a′b′ − ab| ≤ |a| · error of b + |b| · error of a + both errors' product.
  @inline(__always)
  private static func productError(_ a: Self, _ b: Self) -> Double {
    let (errorOfA, errorOfB) = (a.error, b.error)
    return a.value.magnitude * errorOfB + b.value.magnitude * errorOfA + errorOfA * errorOfB
  }

  package static func * (left: Self, right: Self) -> Self {
    Self(rounding: left.value * right.value, inherited: productError(left, right))
  }

  /// |a′/b′ − a/b| ≤ (error of a + |a/b| · error of b)/(|b| − error of b).
  package static func / (left: Self, right: Self) -> Self {
    let quotient = left.value / right.value
    let error = right.error
    let smallest = right.value.magnitude - error
    guard smallest > 0 else { return Self(quotient, error: .infinity) }
    return Self(rounding: quotient, inherited: (left.error + quotient.magnitude * error) / smallest)
  }

  /// The sum of the number's terms and one more, a product.
  @inline(__always)
  package func addingProduct(_ a: Self, _ b: Self) -> Self {
    let product = a.value * b.value
    let sum = asSum
    let lost = product == 0 ? 0 : Self.underflow
    return Self(
      value: value + product, inherited: sum.inherited + Self.productError(a, b) + lost,
      termMagnitudes: sum.termMagnitudes + product.magnitude, terms: sum.terms + 1)
  }

  /// The number, which may have been taken for 0 where it isn't certainly as large as is kept.
  package func flushed(below least: Self) -> Self {
    guard value.magnitude - error < least.value else { return self }
    return Self(value, error: error + min(value.magnitude, least.value))
  }

  /// |√x′ − √x| = |x′ − x|/(√x′ + √x), at most error/√x, and √error at 0.
  package func squareRoot() -> Self {
    let root = value.squareRoot()
    return Self(rounding: root, inherited: root > 0 ? error / root : error.squareRoot())
  }

  /// Elementary functions are taken to be within 2 units in the last place, 4 u, as C libraries'
  /// single-precision ones are (the GNU C library's manual, "Known Maximum Errors in Math
  /// Functions"); this project's are within 1.
  private static let libraryUnits = 4.0

  /// |exp x′ − exp x| ≤ exp x · (exp(error) − 1).
  package static func exp(_ x: Self) -> Self {
    let result = Double.exp(x.value)
    return Self(rounding: result, inherited: result * expm1(x.error), units: libraryUnits)
  }

  /// |log x′ − log x| ≤ −log(1 − error/x).
  package static func log(_ x: Self) -> Self {
    let relative = x.error / x.value.magnitude
    return Self(
      rounding: Double.log(x.value), inherited: relative < 1 ? -log1p(-relative) : .infinity,
      units: libraryUnits)
  }

  /// |tanh x′ − tanh x| ≤ |x′ − x|.
  package static func tanh(_ x: Self) -> Self {
    Self(rounding: Double.tanh(x.value), inherited: x.error, units: libraryUnits)
  }
}
