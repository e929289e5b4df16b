/// Samples in ascending order, and what follows from the order alone.
public struct OrderStatistics: Hashable, Sendable {
  /// The samples, ascending; at least one.
  public let sorted: [Double]

  /// Sorts samples.
  ///
  /// There is no value without samples, or when one of them is not finite.
  ///
  /// - Parameter samples: the samples, in any order.
  public init?(_ samples: [Double]) {
    guard !samples.isEmpty, samples.allSatisfy(\.isFinite) else { return nil }
    self.init(finite: samples)
  }

  /// Sorts samples that are known to be finite, and at least one.
  package init(finite samples: [Double]) {
    sorted = samples.sorted()
  }

  /// The number of samples.
  public var count: Int { sorted.count }

  /// The sample quantile, by Hyndman and Fan's definition 7.
  ///
  /// That is linear interpolation between the two samples around position (n − 1)·p, counted
  /// from 0 (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
  ///
  /// - Parameter probability: the share of samples below; held to 0 to 1.
  /// - Returns: the quantile.
  public func quantile(_ probability: Double) -> Double {
    let position = Double(count - 1) * min(max(probability, 0), 1)
    let index = min(Int(position), count - 1)
    let fraction = position - Double(index)
    guard fraction > 0, index + 1 < count else { return sorted[index] }
    let (below, above) = (sorted[index], sorted[index + 1])
    // Weighted, because the difference of two samples may overflow; and held between the two,
    // because rounding may leave them.
    return min(max(below * (1 - fraction) + above * fraction, below), above)
  }

  /// The quantile 0.5.
  public var median: Double { quantile(0.5) }

  /// The quantile, where the number of samples supports it.
  ///
  /// It does when the samples hold the population's quantile p between their extremes with 95 %
  /// confidence for the farther side: max(p, 1 − p)ⁿ ≤ 0.05, which takes 29 samples for p = 0.9
  /// and 299 for p = 0.99.
  ///
  /// - Parameter probability: the share of samples below, between 0 and 1.
  /// - Returns: the quantile, or nil when there are too few samples.
  public func supportedQuantile(_ probability: Double) -> Double? {
    guard probability > 0, probability < 1 else { return nil }
    var chanceOfMissing = 1.0
    var seen = 0
    while chanceOfMissing > 0.05, seen < count {
      chanceOfMissing *= max(probability, 1 - probability)
      seen += 1
    }
    return chanceOfMissing <= 0.05 ? quantile(probability) : nil
  }

  /// A confidence interval of the population's median that assumes no distribution.
  ///
  /// Its ends are the samples of `MedianRanks`.
  ///
  /// - Parameter level: the confidence level, between 0 and 1.
  /// - Returns: the interval, or nil when there are too few samples for the level.
  public func medianInterval(level: Double = 0.95) -> Interval<Double>? {
    MedianRanks(count: count, level: level).map {
      Interval(lower: sorted[$0.lower - 1], upper: sorted[$0.upper - 1], level: level)
    }
  }
}
