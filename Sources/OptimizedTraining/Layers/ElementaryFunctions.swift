/// The exponential, logarithm and hyperbolic tangent of the arithmetic contract, sixteen at a time.
///
/// The reference's `ElementaryFunctions` says where every constant comes from and how large the
/// errors are. Here are the same operations in the same order, one on all lanes where there it is
/// one on a number; a selection by a comparison is a selection by a mask.
enum ElementaryFunctions {
  /// The bit patterns of sixteen numbers, or integers in their place.
  typealias Integers = SIMD16<Int32>

  @inline(__always)
  static func bits(_ x: Lanes) -> Integers { unsafeBitCast(x, to: Integers.self) }

  @inline(__always)
  static func number(_ bits: Integers) -> Lanes { unsafeBitCast(bits, to: Lanes.self) }

  /// |x|.
  @inline(__always)
  static func magnitude(_ x: Lanes) -> Lanes { number(bits(x) & 0x7fff_ffff) }

  /// 2 to the power of an integer between −126 and 127, or an unspecified value outside.
  @inline(__always)
  static func powerOfTwo(_ exponent: Integers) -> Lanes {
    number((exponent &+ 127) &<< 23)
  }

  @inline(__always)
  static func exp(_ x: Lanes) -> Lanes {
    let notTooSmall = x.replacing(with: -104, where: x .< -104)
    let bounded = notTooSmall.replacing(with: 89, where: notTooSmall .> 89)

    let (exponent, high, tail) = reduced(bounded)
    let sum = 1 + high
    let sumError = high - (sum - 1)
    let mantissa = sum + (sumError + tail)

    let half = exponent &>> 1
    return mantissa * powerOfTwo(half) * powerOfTwo(exponent &- half)
  }

  /// Writes eˣ as 2ⁿ·(1 + high + tail), for x between −104 and 89.
  @inline(__always)
  static func reduced(_ x: Lanes) -> (exponent: Integers, high: Lanes, tail: Lanes) {
    let integers: Float = 0x1.8p+23
    let log2E: Float = 0x1.715476p+0
    let shifted = Lanes(repeating: integers).addingProduct(log2E, x)
    let exponent = bits(shifted) &- Int32(bitPattern: integers.bitPattern)
    let n = shifted - integers

    let ln2High: Float = 0x1.62e43p-1
    let ln2Low: Float = -0x1.05c61p-29
    let high = x.addingProduct(ln2High, -n)
    let low = -n * ln2Low
    let r = high + low

    var p = Lanes(repeating: 0x1.6b93c8p-13)
    p = Lanes(repeating: 0x1.6d410ep-10).addingProduct(p, r)
    p = Lanes(repeating: 0x1.11372p-7).addingProduct(p, r)
    p = Lanes(repeating: 0x1.5554f2p-5).addingProduct(p, r)
    p = Lanes(repeating: 0x1.55553cp-3).addingProduct(p, r)
    p = Lanes(repeating: 0.5).addingProduct(p, r)
    return (exponent, high, tail: low.addingProduct(r * r, p))
  }

  @inline(__always)
  static func log(_ x: Lanes) -> Lanes {
    let isSubnormal = x .< 0x1p-126
    let normal = x.replacing(with: x * 0x1p+23, where: isSubnormal)

    let bits = bits(normal)
    let exponent = (bits &- 0x3f35_04f3) &>> 23
    let m = number(bits &- (exponent &<< 23))
    let e = Lanes(exponent) - Lanes.zero.replacing(with: 23, where: isSubnormal)
    let f = m - 1

    let square = f * f
    let squareError = (-square).addingProduct(f, f)
    let difference = f.addingProduct(-0.5, square)
    let differenceError = (f - difference).addingProduct(-0.5, square)

    let ln2High: Float = 0x1.62e4p-1
    let ln2Low: Float = 0x1.7f7d1cp-20
    let multiple = e * ln2High
    let sum = multiple + difference
    let sumError = difference - (sum - multiple)

    var q = Lanes(repeating: 0x1.b8212ep-5)
    q = Lanes(repeating: -0x1.bfb4b2p-4).addingProduct(q, f)
    q = Lanes(repeating: 0x1.efd6ccp-4).addingProduct(q, f)
    q = Lanes(repeating: -0x1.00fdd8p-3).addingProduct(q, f)
    q = Lanes(repeating: 0x1.23037cp-3).addingProduct(q, f)
    q = Lanes(repeating: -0x1.552f24p-3).addingProduct(q, f)
    q = Lanes(repeating: 0x1.99a542p-3).addingProduct(q, f)
    q = Lanes(repeating: -0x1.00007p-2).addingProduct(q, f)
    q = Lanes(repeating: 0x1.555548p-2).addingProduct(q, f)

    var tail = (sumError + differenceError).addingProduct(-0.5, squareError)
    tail = tail.addingProduct(ln2Low, e)
    tail = tail.addingProduct(square * f, q)
    let finite = sum + tail

    let ofPositive = finite.replacing(with: x, where: x .== .infinity)
    let ofNonzero = Lanes(repeating: .nan).replacing(with: ofPositive, where: x .> 0)
    return ofNonzero.replacing(with: -.infinity, where: x .== 0)
  }

  @inline(__always)
  static func tanh(_ x: Lanes) -> Lanes {
    let magnitude = magnitude(x)
    let bounded = magnitude.replacing(with: 10, where: magnitude .> 10)

    let (exponent, high, tail) = reduced(2 * bounded)
    let u = high + tail
    let uError = (high - u) + tail

    let m = powerOfTwo(0 &- exponent)
    let onePlusM = 1 + m
    let oneMinusM = onePlusM.addingProduct(-2, m)
    let numerator = oneMinusM + u
    let numeratorError = (u - (numerator - oneMinusM)) + uError
    let denominator = onePlusM + u
    let denominatorError = (u - (denominator - onePlusM)) + uError

    let reciprocal = 1 / denominator
    let quotient = numerator * reciprocal
    let remainder =
      numerator.addingProduct(-quotient, denominator)
      + numeratorError.addingProduct(-quotient, denominatorError)
    let value = quotient.addingProduct(remainder, reciprocal)
    return number(bits(value) | (bits(x) & Int32.min))
  }
}
