extension ElementaryFunctions {
  /// The natural exponential eˣ.
  ///
  /// With x = n·ln 2 + `high` + `low` from `reduced(_:)`, eˣ is 2ⁿ·(1 + `high` + `tail`). The sum
  /// 1 + `high` is kept without error as two numbers (Fast2Sum: Dekker, "A floating-point
  /// technique for extending the available precision", Numerische Mathematik 18, 1971), so that
  /// the rounding of the last addition is nearly all of the error.
  ///
  /// Over every `Float` the error is below 0.660 ulp where the result is normal (largest, 0.6597,
  /// at −0x1.78f22cp+2) and below 0.765 ulp where it is subnormal (largest, 0.7645, at
  /// −0x1.5edcb4p+6), since there the multiplication by 2ⁿ rounds a second time.
  ///
  /// - Parameter x: the argument.
  /// - Returns: eˣ: 1 for ±0, infinity from 0x1.62e43p+6 (about 88.72) on, 0 from
  ///   −0x1.9fe36ap+6 (about −103.97) down, NaN for NaN.
  @inline(__always)
  public static func exp(_ x: Float) -> Float {
    // Past these bounds the result is infinity or zero, and the bounds give just that. Both
    // comparisons are false for NaN, which passes through to the result.
    let notTooSmall = x < -104 ? -104 : x
    let bounded = notTooSmall > 89 ? 89 : notTooSmall

    let (exponent, high, tail) = reduced(bounded)
    let sum = 1 + high
    let sumError = high - (sum - 1)
    let mantissa = sum + (sumError + tail)

    // 2ⁿ itself may be no normal number, so it is applied as two factors. The first product is
    // exact; the second rounds only where the result is subnormal or infinite.
    let half = exponent &>> 1
    return mantissa * powerOfTwo(half) * powerOfTwo(exponent &- half)
  }

  /// Writes eˣ as 2ⁿ·(1 + high + tail).
  ///
  /// The argument is reduced in the manner of Cody and Waite ("Software Manual for the Elementary
  /// Functions", 1980): ln 2 is split into two constants, of which the first leaves an exact
  /// difference. Fused multiply-add lets that first constant have all 24 bits: x − n·ln2High is a
  /// multiple of 2⁻²⁵ below ½, or x itself, so nothing is rounded (Boldo, Daumas and Li,
  /// "Formally verified argument reduction with a fused multiply-add", IEEE Transactions on
  /// Computers 58, 2009).
  ///
  /// For the remainder r, e^r = 1 + r + r²·p(r), with p of degree 5. Its coefficients come from a
  /// Remez exchange that minimises the relative error of e^r over |r| ≤ 0.346576 and was repeated
  /// after each coefficient, from the lowest, had been rounded to `Float`. The polynomial's own
  /// relative error is 3.93e-10, that is 0.007 ulp at most.
  ///
  /// - Parameter x: a number between −104 and 89.
  /// - Returns: n = `exponent`, the integer nearest to x / ln 2; `high`, the exact
  ///   x − n·ln2High, at most 0.3466 in magnitude; and `tail`, what is left of e^r − 1. For NaN,
  ///   `high` and `tail` are NaN and `exponent` is unspecified.
  @inline(__always)
  static func reduced(_ x: Float) -> (exponent: Int32, high: Float, tail: Float) {
    // Floats from 2²³ to 2²⁴ are the integers, so this addition rounds x / ln 2 to an integer, and
    // leaves it in the lowest bits, as two's complement relative to `integers`.
    let integers: Float = 0x1.8p+23
    let log2E: Float = 0x1.715476p+0
    let shifted = integers.addingProduct(x, log2E)
    let exponent = Int32(bitPattern: shifted.bitPattern &- integers.bitPattern)
    let n = shifted - integers

    let ln2High: Float = 0x1.62e43p-1
    let ln2Low: Float = -0x1.05c61p-29
    let high = x.addingProduct(-n, ln2High)
    let low = -n * ln2Low
    let r = high + low

    var p: Float = 0x1.6b93c8p-13
    p = Float(0x1.6d410ep-10).addingProduct(p, r)
    p = Float(0x1.11372p-7).addingProduct(p, r)
    p = Float(0x1.5554f2p-5).addingProduct(p, r)
    p = Float(0x1.55553cp-3).addingProduct(p, r)
    p = Float(0.5).addingProduct(p, r)
    return (exponent, high, tail: low.addingProduct(r * r, p))
  }
}
