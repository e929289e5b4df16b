extension ElementaryFunctions {
  /// The hyperbolic tangent.
  ///
  /// With 2|x| = n·ln 2 + r from `reduced(_:)`, u = e^r − 1 and m = 2⁻ⁿ,
  ///
  ///     tanh |x| = (e^2|x| − 1) / (e^2|x| + 1) = ((1 − m) + u) / ((1 + m) + u).
  ///
  /// For n = 0 the numerator is u itself, so small arguments keep their relative accuracy and no
  /// second formula is needed. u, numerator and denominator are each kept with what they round
  /// away (Fast2Sum: Dekker, "A floating-point technique for extending the available precision",
  /// Numerische Mathematik 18, 1971). The quotient is corrected once by its remainder, which fused
  /// multiply-adds give nearly without error, as in Markstein's division ("Computation of
  /// elementary functions on the IBM RISC System/6000 processor", IBM Journal of Research and
  /// Development 34, 1990).
  ///
  /// Over every `Float` the error is below 0.758 ulp (largest, 0.7574, at ±0x1.66e8b2p−3), and the
  /// result is odd in x to the bit and never above 1 in magnitude. It is 1 from 0x1.1acdd8p+3 (about
  /// 8.84) on, where the exact value is still 0.707 ulp below; the nearest `Float` is 1 from 9.02 on.
  ///
  /// - Parameter x: the argument.
  /// - Returns: tanh x: ±0 for ±0, ±1 for ±infinity, NaN for NaN.
  @inline(__always)
  public static func tanh(_ x: Float) -> Float {
    // So far out the result is 1. The comparison is false for NaN, which passes through.
    let magnitude = x.magnitude
    let bounded = magnitude > 10 ? 10 : magnitude

    let (exponent, high, tail) = reduced(2 * bounded)
    let u = high + tail
    let uError = (high - u) + tail

    // From n = 24 on, 1 + m is rounded. Taking 1 − m as 2m less than that rounded sum keeps their
    // distance, which decides how far below 1 the quotient lies.
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
    return Float(bitPattern: value.bitPattern | (x.bitPattern & 0x8000_0000))
  }
}
