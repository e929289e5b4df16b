/// The mean of a few repeated trials, with its uncertainty.
package struct TrialMean: Codable, Hashable, Sendable {
  package let count: Int
  package let mean: Double
  /// The standard deviation, with n − 1 in the denominator; nil for a single trial.
  package let standardDeviation: Double?

  /// Summarises trials, one figure each.
  ///
  /// There is no value without trials, or when a trial, the mean or the deviation is not finite.
  package init?(_ trials: [Double]) {
    guard let first = trials.first, trials.allSatisfy(\.isFinite) else { return nil }
    let size = Double(trials.count)
    // Differences from one trial, so that equal trials have exactly their own mean.
    let mean = first + trials.reduce(0) { $0 + ($1 - first) } / size
    let squares = trials.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard squares.isFinite else { return nil }
    count = trials.count
    self.mean = mean
    standardDeviation = trials.count > 1 ? (squares / (size - 1)).squareRoot() : nil
  }

  /// The confidence interval of the mean, by Student's t; nil for a single trial, or a level outside
  /// of 0 to 1.
  ///
  /// Mean ± t · s / √n with n − 1 degrees of freedom: exact for independent, normally distributed
  /// trials.
  package func interval(level: Double = 0.95) -> Interval<Double>? {
    guard let standardDeviation,
      let quantile = StudentDistribution(degreesOfFreedom: count - 1)?.twoSidedQuantile(
        level: level)
    else { return nil }
    let halfWidth = quantile * standardDeviation / Double(count).squareRoot()
    return Interval(lower: mean - halfWidth, upper: mean + halfWidth, level: level)
  }
}
