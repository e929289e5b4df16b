/// What n roundings in a row can do (Higham 2002, "Accuracy and Stability of Numerical
/// Algorithms", section 3.1).
enum RoundingBounds {
  /// u, half of the unit in the last place of 1.
  ///
  /// - Parameter type: The type that is rounded to.
  /// - Returns: 2⁻²⁴ for `Float`, 2⁻⁵³ for `Double`.
  static func unitRoundoff<Number: BinaryFloatingPoint>(of type: Number.Type) -> Double {
    Double(Number.ulpOfOne) / 2
  }

  /// γₙ = n u/(1 − n u): the relative error of n roundings, one after the other (lemma 3.1); infinite
  /// where n u is 1 or more.
  ///
  /// - Parameters:
  ///   - roundings: How many, n.
  ///   - type: The type that is rounded to.
  /// - Returns: γₙ, rounded up.
  static func gamma<Number: BinaryFloatingPoint>(
    _ roundings: Int, of type: Number.Type
  ) -> Double {
    let n = Double(roundings) * unitRoundoff(of: type)
    return n < 1 ? (n / (1 - n)).nextUp : .infinity
  }

  /// What rounding in `Double` can add while a bound itself is computed, with room for every sum
  /// that is formed here.
  static let slack = 1 + 0x1p-20

  /// What a rounding of a subnormal number can lose, times 2.
  static let leastNumber = Double(Float.leastNonzeroMagnitude)
}
