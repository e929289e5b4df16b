import TrainingCore

/// By how much one arm's figure exceeds another's over trials that share their seeds.
///
/// The interval is the percentile bootstrap's (Efron & Tibshirani 1993, "An Introduction to the
/// Bootstrap", section 13.3): trials are drawn with replacement, pair by pair, and the means of
/// the draws are ranked. Nothing is assumed of the differences' distribution. Over few trials it is
/// too narrow: it can't be wider than the differences themselves, so over n trials that all lie on
/// one side of zero by mere chance, which happens with probability 2¹⁻ⁿ, it excludes zero.
package struct PairedDifference: Codable, Hashable, Sendable {
  package let count: Int
  /// The mean difference, and the ends of its interval.
  package let mean, lower, upper: Double

  /// Draws of the bootstrap.
  package static let draws = 10_000

  package var includesZero: Bool { lower <= 0 && upper >= 0 }

  /// Summarises differences, one a trial; nil for fewer than two, where one is not finite, or for a
  /// level outside of 0 to 1.
  package init?(_ differences: [Double], level: Double = 0.95) {
    guard differences.count > 1, differences.allSatisfy(\.isFinite), level > 0, level < 1 else {
      return nil
    }
    count = differences.count
    mean = differences.reduce(0, +) / Double(count)
    let field = RandomField(seed: 1, purpose: .bootstrap)
    let means = (0..<Self.draws).map { draw in
      let sum = (0..<differences.count).reduce(0.0) { sum, place in
        let word = field.words(sample: draw, quad: place / 4)[place % 4]
        return sum + differences[Int((UInt64(word) * UInt64(differences.count)) >> 32)]
      }
      return sum / Double(differences.count)
    }.sorted()
    let tail = Int(((1 - level) / 2 * Double(Self.draws)).rounded(.down))
    lower = means[tail]
    upper = means[Self.draws - 1 - tail]
  }
}
