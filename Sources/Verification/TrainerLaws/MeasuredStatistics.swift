/// One feature's mean and variance over n samples, or positions of samples, as computed in `Float`, with how far each may be
/// from the exact ones of the same samples.
///
/// With m and v the exact ones, Σ|x|/n ≤ √(Σx²/n) = √(v + m²) = A by Cauchy and Schwarz. The mean is
/// a sum of n numbers and a quotient, off by at most e = γₙ A. The centred squares are taken around
/// that mean, about which they come to v + (m̂ − m)², each with a rounding of the difference (which
/// counts twice), of the product's sum n times, and of the quotient: off by at most
/// γₙ₊₃ (v + e²) + e². (Chan, Golub & LeVeque 1983, section 3, have the same for the two-pass
/// algorithm.) What is measured bounds v and m in turn.
struct MeasuredStatistics {
  let count: Int
  let mean: Double
  let variance: Double
  /// How far the mean may be off.
  let meanBound: Double
  /// How far the variance may be off.
  let varianceBound: Double

  init(count: Int, mean: Float, variance: Float) {
    self.count = count
    self.mean = Double(mean)
    self.variance = Double(variance)
    let (sumGamma, squareGamma) = (
      RoundingBounds.gamma(count, of: Float.self), RoundingBounds.gamma(count + 3, of: Float.self)
    )
    let tiny = Double(count) * RoundingBounds.leastNumber
    // v̂ ≥ (1 − γₙ₊₃) v, and |m| ≤ |m̂| + γₙ A with A ≤ √v + |m|.
    let largestVariance = (self.variance + tiny) / (1 - squareGamma)
    let deviation = largestVariance.squareRoot()
    let largestMean = (self.mean.magnitude + sumGamma * deviation + tiny) / (1 - sumGamma)
    let rootMeanSquare = (largestVariance + largestMean * largestMean).squareRoot()
    let e = sumGamma * rootMeanSquare * RoundingBounds.slack + tiny
    meanBound = e
    varianceBound =
      (squareGamma * (largestVariance + e * e) + e * e) * RoundingBounds.slack + tiny
  }

  /// The statistics of several groups together, by the law of total variance.
  struct Pool {
    private(set) var mean = 0.0
    private(set) var variance = 0.0
    private(set) var meanBound = 0.0
    private(set) var varianceBound = 0.0

    init(_ groups: [MeasuredStatistics]) {
      let total = Double(groups.reduce(0) { $0 + $1.count })
      let shares = groups.map { Double($0.count) / total }
      for (share, group) in zip(shares, groups) {
        mean += share * group.mean
        meanBound += share * group.meanBound
      }
      for (share, group) in zip(shares, groups) {
        let distance = group.mean - mean
        variance += share * (group.variance + distance * distance)
        // (d ± e)² is within e (2|d| + e) of d².
        let e = group.meanBound + meanBound
        varianceBound += share * (group.varianceBound + e * (2 * distance.magnitude + e))
      }
      meanBound *= RoundingBounds.slack
      varianceBound *= RoundingBounds.slack
    }
  }
}
