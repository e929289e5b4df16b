import Foundation

/// Hoeffding's inequality (1963, theorem 2), for statistics of random numbers.
enum Hoeffding {
  /// The chance that a fair draw falls outside of the bound, over all that is drawn in one check.
  static let risk = 1e-12

  /// How far the mean of independent numbers may be from its expectation.
  ///
  /// P(|mean − expectation| ≥ t) ≤ 2 exp(−2 n t²/range²), solved for t, with the risk shared by
  /// all checks.
  ///
  /// - Parameters:
  ///   - count: How many numbers, n.
  ///   - range: Largest less smallest possible number.
  ///   - checks: How many means are checked.
  /// - Returns: The bound t.
  static func deviation(count: Int, range: Double, checks: Int = 1) -> Double {
    range * (log(2 * Double(checks) / risk) / (2 * Double(count))).squareRoot()
  }
}
