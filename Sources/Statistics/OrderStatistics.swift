/// Samples in ascending order, and what follows from the order alone.
package struct OrderStatistics: Hashable, Sendable {
  /// The samples, ascending; at least one.
  package let sorted: [Double]

  /// Sorts samples; nil without any, or when one of them is not finite.
  package init?(_ samples: [Double]) {
    guard !samples.isEmpty, samples.allSatisfy(\.isFinite) else { return nil }
    self.init(finite: samples)
  }

  /// Sorts samples that are known to be finite, and at least one.
  package init(finite samples: [Double]) { sorted = samples.sorted() }

  package var count: Int { sorted.count }

  /// The sample quantile, by Hyndman and Fan's definition 7.
  ///
  /// That is linear interpolation between the two samples around position (n − 1)·p, counted
  /// from 0 (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996). The share of samples
  /// below, p, is held to 0 to 1.
  package func quantile(_ probability: Double) -> Double {
    let position = Double(count - 1) * min(max(probability, 0), 1)
    let index = min(Int(position), count - 1)
    let fraction = position - Double(index)
    guard fraction > 0, index + 1 < count else { return sorted[index] }
    let (below, above) = (sorted[index], sorted[index + 1])
    // Weighted, because the difference of two samples may overflow; and held between the two,
    // because rounding may leave them.
    return min(max(below * (1 - fraction) + above * fraction, below), above)
  }

  package var median: Double { quantile(0.5) }

  /// A confidence interval of the population's median that assumes no distribution, or nil when there
  /// are too few samples for the level; its ends are the samples of `MedianRanks`.
  package func medianInterval(level: Double = 0.95) -> Interval<Double>? {
    MedianRanks(count: count, level: level).map {
      Interval(lower: sorted[$0.lower - 1], upper: sorted[$0.upper - 1], level: level)
    }
  }

  /// A confidence interval of the population's quantile that assumes no distribution, or nil when
  /// there are too few samples for the level; its ends are the samples of `QuantileRanks`.
  package func quantileInterval(
    _ probability: Double, level: Double = 0.95
  ) -> Interval<Double>? {
    QuantileRanks(count: count, probability: probability, level: level).map {
      Interval(lower: sorted[$0.lower - 1], upper: sorted[$0.upper - 1], level: level)
    }
  }
}
