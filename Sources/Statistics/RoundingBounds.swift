/// The largest relative errors of n roundings (Higham 2002, "Accuracy and Stability of Numerical
/// Algorithms", section 3.1).
package enum RoundingBounds {
  /// u, half of the unit in the last place of 1: 2⁻²⁴ for `Float`, 2⁻⁵³ for `Double`.
  package static func unitRoundoff<Number: BinaryFloatingPoint>(of type: Number.Type) -> Double {
    Double(Number.ulpOfOne) / 2
  }

  /// γₙ = n u/(1 − n u), rounded up: the relative error of n roundings to nearest, one after the other
  /// (lemma 3.1); infinite where n u is 1 or more.
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
