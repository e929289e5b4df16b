import ReferenceTraining
import Statistics
import TrainingCore

/// How the mean and variance of a batch, as batch normalisation takes them, follow from its parts'.
///
/// By the law of total variance, the whole's mean is the mean of the parts' means, its variance the mean
/// of the parts' variances *plus* the variance of their means, all weighted by the parts' shares.
///
/// So the split law does not hold under batch normalisation: a part is normalised by its own mean and
/// variance (Ioffe & Szegedy 2015, algorithm 1), and these don't average to the whole's variance.
///
/// It is checked on the first layer that normalises by its batch, whose inputs are the same in the
/// parts and in the whole; of images, over all positions. Its statistics are read out as running
/// statistics: starting at zero with a momentum of 1, they are the batch's own, bit for bit.
public enum BatchStatisticsLaw {
  private static let statement = Statement(
    law: "batch statistics",
    promise: "mean = mean of the parts' means; variance = mean of their variances + variance of "
      + "their means",
    explanation: "Ioffe & Szegedy 2015, algorithm 1; law of total variance; "
      + "Tests/VerificationTests/BatchStatisticsLawTests.swift")

  /// Checks the law on each of a subject's splits; once where the model doesn't normalise over its
  /// batch.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let norms = subject.configuration.model.layers.compactMap(\.batchStatistics)
    guard let first = norms.first, first.groupSize == nil else {
      let reason =
        norms.isEmpty
        ? "nothing is normalised by its batch" : "ghost groups take the place of the batch"
      return try statement.findings { throw NotApplicable(reason) }
    }
    let statistics = try reading(subject, of: trainer)
    let whole = statistics(subject.batch.indices)
    let expected = try reading(subject, of: ReferenceTrainer<Float>.self)(subject.batch.indices)
    // Zero is where they began: the laws of means hold for what never moves.
    func moved(_ one: MeasuredStatistics) -> Bool { one.mean != 0 || one.variance != 0 }
    let moves = whole.contains(where: moved) || !expected.contains(where: moved)
    return try statement.findings(for: subject.splits) { split in
      guard moves else { return Outcome(holds: false, "the moving averages never move") }
      let (excess, distance) = compare(whole, split.parts.map(statistics))
      return Outcome(
        holds: excess.holds,
        "\(excess.percent) of the rounding bound used; a part's mean is off by up to "
          + "\(sixDigits(distance)) deviations\(excess.fault())")
    }
  }

  /// How far the whole's statistics are from the parts' together, and how many standard deviations the
  /// farthest of the parts' means is away from the whole's.
  static func compare(
    _ whole: [MeasuredStatistics], _ parts: [[MeasuredStatistics]]
  ) -> (excess: Excess, distance: Double) {
    var excess = Excess()
    var distance = 0.0
    for (feature, one) in whole.enumerated() {
      let pooled = MeasuredStatistics(pooling: parts.map { $0[feature] })
      excess.compare(
        [one.mean, one.variance], [pooled.mean, pooled.variance],
        bounds: [one.meanBound + pooled.meanBound, one.varianceBound + pooled.varianceBound],
        name: "feature \(feature)")
      let deviation = one.variance.squareRoot()
      for part in parts where deviation > 0 {
        distance = max(distance, (part[feature].mean - one.mean).magnitude / deviation)
      }
    }
    return (excess, distance)
  }

  /// A function that reads each feature's statistics of the samples in some places of the batch, as a
  /// trainer takes them in the model's first normalising layer.
  static func reading<T: GradientTrainer>(
    _ subject: Subject, of _: T.Type
  ) throws(ModelError) -> (Range<Int>) -> [MeasuredStatistics] {
    let model = subject.configuration.model
    let layer = model.layers.firstIndex { $0.batchStatistics != nil } ?? 0
    let places = ParameterLayout(of: model).statistics.enumerated()
      .filter { $0.element.layer == layer }.map(\.offset)
    let image = try model.shapes()[layer]
    // Running statistics that are the last batch's alone.
    var averages = subject.state.statistics
    for place in places { averages[place] = averages[place].filled(with: 0) }
    let forgetting = try model.mappingBatchNorm { _, spec in
      spec.momentum = 1
      spec.unbiasedMovingVariance = false
    }
    let probe = try Probe<T>(subject, model: forgetting, statistics: averages)
    return { samples in
      let count = samples.count * image.count / image.channels
      let tensors = probe.statistics(after: subject.part(samples))
      return zip(tensors[places[0]].values, tensors[places[1]].values).map {
        MeasuredStatistics(count: count, mean: $0, variance: $1)
      }
    }
  }
}

/// One feature's mean and variance over n samples, or positions of samples, as computed in `Float`,
/// with how far each may be from the exact ones of the same samples.
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
  let meanBound: Double
  let varianceBound: Double

  init(count: Int, mean: Float, variance: Float) {
    self.count = count
    self.mean = Double(mean)
    self.variance = Double(variance)
    let sumGamma = RoundingBounds.gamma(count, of: Float.self)
    let squareGamma = RoundingBounds.gamma(count + 3, of: Float.self)
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
  init(pooling groups: [MeasuredStatistics]) {
    count = groups.reduce(0) { $0 + $1.count }
    var (mean, variance, meanBound, varianceBound) = (0.0, 0.0, 0.0, 0.0)
    for group in groups {
      let share = Double(group.count) / Double(count)
      mean += share * group.mean
      meanBound += share * group.meanBound
    }
    for group in groups {
      let share = Double(group.count) / Double(count)
      let distance = group.mean - mean
      variance += share * (group.variance + distance * distance)
      // (d ± e)² is within e (2|d| + e) of d².
      let e = group.meanBound + meanBound
      varianceBound += share * (group.varianceBound + e * (2 * distance.magnitude + e))
    }
    (self.mean, self.variance) = (mean, variance)
    self.meanBound = meanBound * RoundingBounds.slack
    self.varianceBound = varianceBound * RoundingBounds.slack
  }
}
