import Statistics

/// The project's γₙ, with what the laws add to it.
typealias RoundingBounds = Statistics.RoundingBounds

extension RoundingBounds {
  /// What rounding in `Double` can add while a bound itself is computed, with room for every sum
  /// that is formed here.
  static let slack = 1 + 0x1p-20

  /// What a rounding of a subnormal number can lose, times 2.
  static let leastNumber = Double(Float.leastNonzeroMagnitude)
}
