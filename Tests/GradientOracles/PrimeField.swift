import ReferenceTraining

/// A whole number modulo the prime p = 2⁶¹ − 1, in which arithmetic is exact.
///
/// Nothing rounds, so what is equal by the rules of algebra is equal here; and what is not is
/// different for almost all arguments: two polynomials of degree d that aren't the same agree at a
/// random point with a probability of at most d/p (Schwartz 1980, "Fast probabilistic algorithms
/// for verification of polynomial identities", corollary 1).
///
/// Every finite `Float` and `Double` is a whole number times a power of two, and so has an exact
/// image. The root, exp, log and tanh are opaque: each argument has a random value of its own, of
/// which nothing else is known. A formula that is right by the rules of calculus alone, with
/// √v′ = v′/(2√v) and so on, is right with these too.
public struct PrimeField: Scalar, CustomStringConvertible {
  /// The prime, 2⁶¹ − 1.
  public static let modulus: UInt64 = 1 << 61 - 1

  /// The number, in 0 ..< p.
  public let residue: UInt64

  /// Takes a whole number over.
  ///
  /// - Parameter number: Any, of which the remainder is taken.
  public init(residue number: UInt64) { residue = number % Self.modulus }

  /// A number that is at most 2p.
  private init(reducing number: UInt64) {
    residue = number >= Self.modulus ? number - Self.modulus : number
  }

  /// Takes a number over, exactly.
  ///
  /// - Parameter value: A finite number.
  public init(_ value: Float) { self.init(Double(value)) }

  /// Takes a number over, exactly: m 2ᵉ, where 2⁶¹ ≡ 1.
  ///
  /// - Parameter value: A finite number.
  public init(_ value: Double) {
    precondition(value.isFinite, "only finite numbers have an image")
    let significand = value == 0 ? 0 : UInt64(value.significand.magnitude * 0x1p52)
    let exponent = value == 0 ? 0 : (Int(value.exponent) - 52) % 61
    let power = Self(residue: 1 << UInt64(exponent < 0 ? exponent + 61 : exponent))
    let magnitude = Self(residue: significand) * power
    self = value < 0 ? .zero - magnitude : magnitude
  }

  /// 0.
  public static var zero: Self { Self(residue: 0) }

  /// The number nearest to 0 among those with this remainder.
  ///
  /// It gives half of all numbers a negative sign.
  public var centred: Int64 {
    residue > Self.modulus / 2 ? -Int64(Self.modulus - residue) : Int64(residue)
  }

  /// The number nearest to 0.
  public var description: String { "\(centred)" }

  /// (2⁵⁹ − 2)/6, by which numbers are multiplied before they are compared.
  private static let stretch = Self(residue: ((1 << 59) - 2) / 6)

  /// Whether a number is less, where both are stretched and then taken nearest to 0.
  ///
  /// This is no field's order: products of positive numbers may be negative. It is there for a ReLU to
  /// have two sides, and for a ReLU6 to have three: 0 has half of all numbers above it, 6 a
  /// quarter. Whole numbers from −11 to 11 are in their usual order.
  public static func < (left: Self, right: Self) -> Bool {
    (left * stretch).centred < (right * stretch).centred
  }

  /// The sum.
  public static func + (left: Self, right: Self) -> Self {
    Self(reducing: left.residue + right.residue)
  }

  /// The difference.
  public static func - (left: Self, right: Self) -> Self {
    Self(reducing: left.residue + (modulus - right.residue))
  }

  /// The product: h 2⁶¹ + l ≡ h + l.
  public static func * (left: Self, right: Self) -> Self {
    let product = left.residue.multipliedFullWidth(by: right.residue)
    return Self(reducing: (product.high << 3 | product.low >> 61) + (product.low & modulus))
  }

  /// The quotient: the one number whose product with the divisor is the dividend.
  ///
  /// A quotient by 0 is 0, so that a formula whose other results count doesn't end here.
  public static func / (left: Self, right: Self) -> Self { left * right.inverse }

  /// aᵖ⁻² = 1/a by Fermat's little theorem; 0 for 0.
  public var inverse: Self {
    var result = Self(residue: 1)
    var square = self
    var exponent = Self.modulus - 2
    while exponent > 0 {
      if exponent & 1 == 1 { result = result * square }
      square = square * square
      exponent >>= 1
    }
    return result
  }

  /// The number plus a product.
  ///
  /// - Parameters:
  ///   - a: A factor.
  ///   - b: The other factor.
  /// - Returns: The sum.
  public func addingProduct(_ a: Self, _ b: Self) -> Self { self + a * b }
}

extension PrimeField {
  /// The opaque value of a function: the same for the same argument, else as good as random.
  ///
  /// The mixing is that of SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom
  /// number generators", figure 15). 0 is left out, because it is divided by.
  private func opaque(_ function: UInt64) -> Self {
    var mixed = residue &+ function &* 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    mixed ^= mixed >> 31
    return Self(residue: 1 + mixed % (Self.modulus - 1))
  }

  /// An opaque value in place of the square root.
  ///
  /// - Returns: The value.
  public func squareRoot() -> Self { opaque(1) }

  /// An opaque value in place of the exponential function.
  ///
  /// - Parameter x: The argument.
  /// - Returns: The value.
  public static func exp(_ x: Self) -> Self { x.opaque(2) }

  /// An opaque value in place of the logarithm.
  ///
  /// - Parameter x: The argument.
  /// - Returns: The value.
  public static func log(_ x: Self) -> Self { x.opaque(3) }

  /// An opaque value in place of the hyperbolic tangent.
  ///
  /// - Parameter x: The argument.
  /// - Returns: The value.
  public static func tanh(_ x: Self) -> Self { x.opaque(4) }
}
