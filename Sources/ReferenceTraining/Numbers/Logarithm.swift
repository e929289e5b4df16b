extension ElementaryFunctions {
  /// The natural logarithm ln x.
  ///
  /// x is 2ᵉ·m with m between √½ and √2 (the reduction of Cody and Waite, "Software Manual for the
  /// Elementary Functions", 1980), f = m − 1 is exact, and
  ///
  ///     ln x = e·ln 2 + f − f²/2 + f³·q(f).
  ///
  /// e·ln2High is exact because ln2High has 15 bits and e at most 8. The two large sums, f − f²/2
  /// and e·ln2High + (f − f²/2), are kept with what they round away (Fast2Sum: Dekker, "A
  /// floating-point technique for extending the available precision", Numerische Mathematik 18,
  /// 1971), so that the rounding of the last addition is nearly all of the error.
  ///
  /// q has degree 8. Its coefficients come from a Remez exchange that minimises the relative error
  /// of ln m and was repeated after each coefficient, from the lowest, had been rounded to
  /// `Float`. The polynomial's own relative error is 1.63e-9, that is 0.028 ulp at most.
  ///
  /// Over every `Float` the error is below 0.623 ulp (largest, 0.6226, at 0x1.664666p−1).
  ///
  /// - Parameter x: the argument, which may be subnormal.
  /// - Returns: ln x: +0 for 1, negative infinity for ±0, infinity for infinity, NaN for negative
  ///   numbers and NaN.
  @inline(__always)
  public static func log(_ x: Float) -> Float {
    let isSubnormal = x < 0x1p-126
    let normal = isSubnormal ? x * 0x1p+23 : x

    // Subtracting the bits of √½ puts the step between binades there.
    let bits = Int32(bitPattern: normal.bitPattern)
    let exponent = (bits &- 0x3f35_04f3) &>> 23
    let m = Float(bitPattern: UInt32(bitPattern: bits &- (exponent &<< 23)))
    let e = Float(exponent) - (isSubnormal ? 23 : 0)
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

    var q: Float = 0x1.b8212ep-5
    q = Float(-0x1.bfb4b2p-4).addingProduct(q, f)
    q = Float(0x1.efd6ccp-4).addingProduct(q, f)
    q = Float(-0x1.00fdd8p-3).addingProduct(q, f)
    q = Float(0x1.23037cp-3).addingProduct(q, f)
    q = Float(-0x1.552f24p-3).addingProduct(q, f)
    q = Float(0x1.99a542p-3).addingProduct(q, f)
    q = Float(-0x1.00007p-2).addingProduct(q, f)
    q = Float(0x1.555548p-2).addingProduct(q, f)

    var tail = (sumError + differenceError).addingProduct(-0.5, squareError)
    tail = tail.addingProduct(e, ln2Low)
    tail = tail.addingProduct(square * f, q)
    let finite = sum + tail

    // The steps above give some number for these arguments as well; it is replaced.
    let ofPositive = x == .infinity ? x : finite
    let ofNonzero = x > 0 ? ofPositive : .nan
    return x == 0 ? -.infinity : ofNonzero
  }
}
