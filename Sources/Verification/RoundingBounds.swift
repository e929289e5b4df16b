/// What n roundings in a row can do (Higham 2002, "Accuracy and Stability of Numerical
/// Algorithms", section 3.1).
enum RoundingBounds {
  /// γₙ = n u/(1 − n u) for `Float`, whose u is 2⁻²⁴; infinite where n u is 1 or more.
  static func gamma(_ roundings: Int) -> Double {
    let n = Double(roundings) * 0x1p-24
    return n < 1 ? (n / (1 - n)).nextUp : .infinity
  }

  /// What the same in `Double` can add while a bound itself is computed, with room for every sum
  /// that is formed here.
  static let slack = 1 + 0x1p-20

  /// What a rounding of a subnormal number can lose, times 2.
  static let leastNumber = Double(Float.leastNonzeroMagnitude)
}
