/// The ranks of the samples that enclose a population's quantile.
///
/// The number of independent samples up to the quantile p is binomial with n trials of chance p, so
/// the sample of rank l is above it with chance P(B < l), and that of rank u below it with chance
/// P(B ≥ u) at most, whatever the distribution (David and Nagaraja, "Order Statistics",
/// section 7.1). Each is held to half of what the level leaves.
package struct QuantileRanks: Hashable, Sendable {
  /// The ranks of the two samples, counted from 1.
  package let lower, upper: Int

  /// Finds the innermost ranks that reach a level, for `count` samples, n, and the quantile's share of
  /// the population, `probability`, p.
  ///
  /// There are none when the samples are too few: for 95 %, fewer than 36 for p = 0.9 and than 368
  /// for p = 0.99. Roundings are allowed for, so that no rank is further in than it may be; of
  /// p and the level themselves, too, which aren't `Double`s in general.
  ///
  /// - Complexity: O(n).
  package init?(count: Int, probability: Double, level: Double) {
    guard count >= 1, probability > 0, probability < 1, level > 0, level < 1 else { return nil }
    // Six roundings for each of n terms or fewer: two of the odds, three of the term, one of the
    // sum. The odds change with p's own rounding, at most so many times as much.
    let perTerm = 6 + 1 / probability + 1 / (1 - probability)
    let roundings = perTerm * Double(count) + 1 / (1 - level)
    let allowance = roundings * .ulpOfOne
    guard allowance < 0.5 else { return nil }
    let terms = Self.binomial(count: count, probability: probability)
    let tail = (1 - level) / 2 * terms.reduce(0, +) * (1 - 2 * allowance)

    var (lower, below) = (0, 0.0)
    while lower < count, below + terms[lower] <= tail {
      below += terms[lower]
      lower += 1
    }
    var (upper, above) = (count + 1, 0.0)
    while upper > 0, above + terms[upper - 1] <= tail {
      above += terms[upper - 1]
      upper -= 1
    }
    guard lower >= 1, upper <= count else { return nil }
    self.lower = lower
    self.upper = upper
  }

  /// C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ for k = 0 … n, over the largest of them.
  ///
  /// Far from it they underflow to zero, where they are too small to count.
  private static func binomial(count: Int, probability: Double) -> [Double] {
    var terms = [Double](repeating: 0, count: count + 1)
    let mode = min(Int(Double(count + 1) * probability), count)
    let odds = probability / (1 - probability)
    terms[mode] = 1
    // The quotient of neighbours is (n − k + 1) / k · odds.
    for k in stride(from: mode, to: 0, by: -1) {
      terms[k - 1] = terms[k] * Double(k) / (Double(count - k + 1) * odds)
    }
    for k in stride(from: mode + 1, through: count, by: 1) {
      terms[k] = terms[k - 1] * (Double(count - k + 1) * odds) / Double(k)
    }
    return terms
  }
}
