import ReferenceTraining
import TrainingCore

/// What batch normalisation computes of a batch and of its parts, and how far they are apart.
///
/// This is why the split law is false for it. A part is normalised by its own mean and variance
/// (Ioffe & Szegedy 2015, algorithm 1), and while the means of the parts average to the whole's,
/// the variances don't: by the law of total variance, the whole's is the mean of the parts'
/// variances *plus* the variance of the parts' means, both weighted by the parts' shares.
///
/// It is checked on the first layer that normalises by its batch, whose inputs are the same in the
/// parts and in the whole; of images, over all positions. Its statistics are read out as moving
/// averages: starting at zero with a momentum of 1, they are the batch's own, bit for bit.
public enum BatchStatisticsLaw {
  static let statement = Statement(
    law: "batch statistics",
    promise: "mean = mean of the parts' means; variance = mean of their variances + variance of "
      + "their means",
    explanation: "Ioffe & Szegedy 2015, algorithm 1; law of total variance; "
      + "Tests/VerificationTests/BatchStatisticsLawTests.swift")

  /// Checks the law on each of a subject's splits.
  ///
  /// - Parameters:
  ///   - subject: Model, batch and splits.
  ///   - trainer: The trainer.
  /// - Returns: A finding for each split, or one where the model doesn't normalise over its batch.
  /// - Throws: What making the trainer throws.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    guard let first = subject.configuration.model.layers.lazy.compactMap(\.batchStatistics).first
    else { return [statement.notApplicable("nothing is normalised by its batch")] }
    guard first.groupSize == nil else {
      return [statement.notApplicable("ghost groups take the place of the batch")]
    }
    guard !subject.splits.isEmpty else { return statement.nothingToSplit }
    return try measure(subject, of: trainer).map(\.finding)
  }

  /// What was measured: findings, and how much of the bound was used.
  static func measure<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [(finding: Finding, share: Double)] {
    let model = subject.configuration.model
    let layer = model.layers.firstIndex { $0.batchStatistics != nil } ?? 0
    let places = ParameterLayout(of: model).statistics.enumerated()
      .filter { $0.element.layer == layer }.map(\.offset)
    let image = try model.shapes()[layer]
    let positions = image.count / image.channels
    var averages = subject.state.statistics
    for place in places {
      averages[place].values = Array(repeating: 0, count: averages[place].values.count)
    }
    let probe = try Probe<T>(
      subject, model: model.forgettingStatistics(), statistics: averages)
    func statistics(_ samples: Range<Int>) -> [MeasuredStatistics] {
      let tensors = probe.statistics(after: subject.part(samples))
      return zip(tensors[places[0]].values, tensors[places[1]].values).map {
        MeasuredStatistics(count: samples.count * positions, mean: $0, variance: $1)
      }
    }
    let whole = statistics(subject.batch.indices)
    let expected = try Probe<ReferenceTrainer<Float>>(
      subject, model: model.forgettingStatistics(), statistics: averages
    ).statistics(after: subject.whole())
    // Zero is where they began: the laws of means hold for what never moves.
    let moves = places.map { expected[$0] }.numbers.contains { $0 != 0 }
    if moves, whole.allSatisfy({ $0.mean == 0 && $0.variance == 0 }) {
      return subject.splits.map {
        (statement.finding(for: $0, holds: false, "the moving averages never move"), .infinity)
      }
    }
    return subject.splits.map { split in
      let parts = split.parts.map(statistics)
      var worst = Excess()
      var distance = 0.0
      for feature in whole.indices {
        let pooled = MeasuredStatistics.Pool(parts.map { $0[feature] })
        let one = whole[feature]
        worst.compare(
          [one.mean, one.variance], [pooled.mean, pooled.variance],
          bounds: [one.meanBound + pooled.meanBound, one.varianceBound + pooled.varianceBound],
          name: "feature \(feature)")
        let deviation = one.variance.squareRoot()
        for part in parts where deviation > 0 {
          distance = max(distance, (part[feature].mean - one.mean).magnitude / deviation)
        }
      }
      let finding = statement.finding(
        for: split, holds: worst.share <= 1,
        "\(worst.percent) of the rounding bound used; a part's mean is off by up to "
          + "\(sixDigits(distance)) deviations" + (worst.share > 1 ? "; \(worst.place)" : ""))
      return (finding, worst.share)
    }
  }
}

extension ModelSpec {
  /// The model with moving averages that are the last batch's statistics alone.
  fileprivate func forgettingStatistics() throws(ModelError) -> ModelSpec {
    try mappingBatchNorm { _, spec in
      spec.momentum = 1
      spec.unbiasedMovingVariance = false
    }
  }
}
