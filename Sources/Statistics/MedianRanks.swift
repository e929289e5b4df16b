/// The ranks of the samples that enclose a population's median.
///
/// The number of independent samples below the median is binomial with n trials of chance ½, so
/// the samples of ranks l and n + 1 − l enclose it with chance P(l ≤ B ≤ n − l), whatever the
/// distribution, and with at least that chance where samples may be equal (David and Nagaraja,
/// "Order Statistics", section 7.1).
package struct MedianRanks: Hashable, Sendable {
  /// The ranks of the two samples, counted from 1.
  package let lower, upper: Int

  /// The chance of enclosing the median; at least the level asked for.
  package let coverage: Double

  /// Finds the innermost ranks that reach a level.
  ///
  /// There are none when even the smallest and the largest of n samples don't reach the level.
  ///
  /// - Complexity: O(n).
  package init?(count: Int, level: Double) {
    guard count >= 2, level > 0, level < 1 else { return nil }
    let binomial = Self.halfBinomial(count: count)
    let total = 2 * binomial.reduce(0, +) - (count.isMultiple(of: 2) ? binomial[0] : 0)
    var inside = 0.0
    for (distance, term) in binomial.enumerated() {
      let rank = count / 2 - distance
      inside += rank == count - rank ? term : 2 * term
      if rank >= 1, inside >= level * total {
        lower = rank
        upper = count + 1 - rank
        coverage = inside / total
        return
      }
    }
    return nil
  }

  /// C(n, k) / C(n, ⌊n/2⌋) for k = ⌊n/2⌋ down to 0.
  ///
  /// Far from the middle they underflow to zero, where they are too small to count.
  private static func halfBinomial(count: Int) -> [Double] {
    var terms = [1.0]
    for trials in stride(from: count / 2, to: 0, by: -1) {
      // C(n, k − 1) = C(n, k) · k / (n − k + 1)
      terms.append(terms[terms.count - 1] * Double(trials) / Double(count - trials + 1))
    }
    return terms
  }
}
