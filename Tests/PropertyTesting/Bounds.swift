import Statistics

/// Compares numbers that may differ by a computed bound each, and says which does worst.
///
/// What is not a number is beyond every bound, and so is anything where the bound isn't finite.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
///   - bounds: How far each may be off.
/// - Returns: The worst excess, or nil where all are within their bounds.
public func excess(_ actual: [Double], _ expected: [Double], bounds: [Double]) -> String? {
  guard actual.count == expected.count, bounds.count == expected.count else {
    return "\(actual.count) numbers and \(bounds.count) bounds instead of \(expected.count)"
  }
  var worst: (index: Int, ratio: Double)?
  for index in actual.indices {
    let error = (actual[index] - expected[index]).magnitude
    if bounds[index].isFinite, error <= bounds[index] { continue }
    let ratio = bounds[index].isFinite && error.isFinite ? error / bounds[index] : .infinity
    if ratio > worst?.ratio ?? -1 { worst = (index, ratio) }
  }
  return worst.map {
    "[\($0.index)] is \(actual[$0.index]) instead of \(expected[$0.index]), "
      + "\($0.ratio) times the bound \(bounds[$0.index])"
  }
}

/// The worst of errors as a multiple of its bound: how much of the bound is used.
///
/// - Parameters:
///   - actual: What came out.
///   - expected: What should have.
///   - bounds: How far each may be off, as many and all finite.
/// - Returns: The largest |actual − expected|/bound; 0 where both are 0, and infinity for what is
///   not a number.
public func worstShare(_ actual: [Double], _ expected: [Double], bounds: [Double]) -> Double {
  zip(zip(actual, expected), bounds).reduce(0) { worst, next in
    let ((a, e), bound) = next
    let error = (a - e).magnitude
    return error == 0 ? worst : error.isNaN || bound.isNaN ? .infinity : max(worst, error / bound)
  }
}

/// What is wrong with numbers of which most should not be zero: a comparison of zeros with zeros
/// passes and shows nothing.
///
/// - Parameter numbers: What is to be compared.
/// - Returns: A complaint if more than half of them are zero or there are none, else nil.
public func mostlyZero(_ numbers: [Double]) -> String? {
  let zeros = numbers.count { $0 == 0 }
  return 2 * zeros > numbers.count || numbers.isEmpty
    ? "\(zeros) of \(numbers.count) numbers are zero: nothing is compared" : nil
}

/// Rounding errors of sums of products (Higham 2002, "Accuracy and Stability of Numerical
/// Algorithms", section 3.1).
///
/// γₙ is written here a second time, beside `RoundingBounds` of `Statistics`, on purpose: what is
/// tested must not be its own oracle.
public enum Rounding {
  /// γₙ = n u/(1 − n u): the relative error of n roundings to nearest, one after the other.
  ///
  /// - Parameters:
  ///   - count: The roundings, n.
  ///   - type: The type that is rounded to, whose u is half of its unit in the last place of 1.
  /// - Returns: γₙ, rounded up.
  public static func gamma<Number: BinaryFloatingPoint>(
    _ count: Int, of type: Number.Type
  ) -> Double {
    RoundingBounds.gamma(count, of: type)
  }

  /// γₙ Σ|aᵢ||bᵢ|, how far Σ aᵢbᵢ may be off that is computed with n roundings on the way of any
  /// term (Higham 2002, equation 3.5).
  ///
  /// - Parameters:
  ///   - a: Factors, exact.
  ///   - b: The other factors, as many and exact.
  ///   - count: The roundings, n; by default as many as there are products, as with fused
  ///     multiply-adds.
  /// - Returns: The bound, with the smallest number that the type has added for each product, in
  ///   case one is subnormal.
  public static func dotProductBound<Number: BinaryFloatingPoint>(
    _ a: [Number], _ b: [Number], count: Int? = nil
  ) -> Double {
    let sum = zip(a, b).reduce(0.0) { $0 + (Double($1.0) * Double($1.1)).magnitude }
    let tiny = Double(a.count) * Double(Number.leastNonzeroMagnitude)
    return gamma(count ?? a.count, of: Number.self) * sum * (1 + 0x1p-30) + tiny
  }
}
