/// Bounds of what n roundings in a row can do (Higham 2002, "Accuracy and Stability of Numerical
/// Algorithms", section 3.1).
package enum RoundingBounds {
  /// The unit roundoff u, half of the unit in the last place of 1: 2⁻²⁴ for `Float`, 2⁻⁵³ for
  /// `Double`.
  package static func unitRoundoff<Number: BinaryFloatingPoint>(of type: Number.Type) -> Double {
    Double(Number.ulpOfOne) / 2
  }

  /// γₙ = n u/(1 − n u), rounded up: the relative error of n roundings to nearest, one after the
  /// other; infinite where n u is 1 or more.
  ///
  /// By lemma 3.1. An inner product of n terms is then off by at most γₙ Σ|aᵢ||bᵢ| (equation 3.5),
  /// which is the exact one of factors that are off by γₙ (equation 3.4).
  package static func gamma<Number: BinaryFloatingPoint>(
    _ roundings: Int, of type: Number.Type
  ) -> Double {
    let n = Double(roundings) * unitRoundoff(of: type)
    return n < 1 ? (n / (1 - n)).nextUp : .infinity
  }

  /// A factor for what rounding in `Double` adds while a bound itself is computed, with room for
  /// sums of 2³² terms.
  package static let slack = 1 + 0x1p-20

  /// Twice the largest error of a rounding to a subnormal `Float`.
  package static let leastNumber = Double(Float.leastNonzeroMagnitude)
}
