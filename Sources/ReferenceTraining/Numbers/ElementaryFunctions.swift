/// The exponential, logarithm and hyperbolic tangent that the arithmetic contract is made of.
///
/// A system's mathematical library gives other bits on other systems and none of it runs in
/// vector lanes. These functions are straight-line code: additions, multiplications, divisions
/// and fused multiply-adds in IEEE 754 binary32 with round to nearest, operations on the bit
/// pattern, and selections by a comparison. There are no tables, no wider type and no branch that
/// depends on the data. Every step is one operation of a `SIMD` vector too, so the same steps
/// done lane by lane give the same bits, on every processor and at every level of optimization.
///
/// | function | largest error, in ulps | where |
/// | --- | --- | --- |
/// | `exp` | 0.660, or 0.765 where the result is subnormal | −0x1.78f22cp+2, −0x1.5edcb4p+6 |
/// | `log` | 0.623 | 0x1.664666p−1 |
/// | `tanh` | 0.758 | ±0x1.66e8b2p−3 |
///
/// The errors are measured over all 2³² bit patterns and rounded up in the third decimal. The
/// error of a result is its distance from the exact value, in units in the last place (ulps) of
/// the `Float` nearest to the exact value; below the normal range that unit is 2⁻¹⁴⁹. The
/// system's `Double` functions stand for the exact values: their own error, about one `Double`
/// ulp, is 2⁻²⁹ of a `Float` ulp. All three are monotone over every `Float`.
///
/// A NaN gives a NaN, whose sign and payload are not specified.
public enum ElementaryFunctions {
  /// 2 to the power of an integer between −126 and 127, or an unspecified value outside.
  ///
  /// - Parameter exponent: the integer.
  /// - Returns: the `Float` that has the biased exponent and a zero fraction.
  @inline(__always)
  static func powerOfTwo(_ exponent: Int32) -> Float {
    Float(bitPattern: UInt32(bitPattern: (exponent &+ 127) &<< 23))
  }
}
