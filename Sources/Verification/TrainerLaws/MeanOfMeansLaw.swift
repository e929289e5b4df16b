import TrainingCore

/// The mean of the parts' means misses the batch's mean by Σⱼ (1/k − nⱼ/N) mⱼ, exactly.
///
/// With k parts of nⱼ samples, Sⱼ the sum of a part's losses and mⱼ = Sⱼ/nⱼ its mean, the mean of
/// means is Σⱼ mⱼ/k and the batch's mean Σⱼ (nⱼ/N) mⱼ. For equal parts every coefficient is zero;
/// for unequal parts a sample of a small part counts more than one of a large part. That the mean of
/// means is the batch's mean does not hold for unequal parts, and none of this does where a layer
/// couples the samples of a pass.
///
/// With class weights a mean divides by the labels' weights: with Wⱼ those of a part and W the batch's,
/// mⱼ = Sⱼ/Wⱼ, and Wⱼ/W takes the place of nⱼ/N, so that equal parts have the batch's mean only where
/// they have equal weights. It is Σⱼ Sⱼ = S and Σⱼ Wⱼ = W that is then checked.
///
/// Without them, nothing is rounded here. Multiplied by k N L, with L the least common multiple of the nⱼ, all
/// three terms are whole multiples of exact sums.
public enum MeanOfMeansLaw {
  private static func statement(_ exactness: String) -> Statement {
    Statement(
      law: "mean of means",
      promise: "mean of the parts' mean losses − mean loss = Σⱼ (1/k − nⱼ/N) mⱼ, \(exactness); 0 "
        + "for equal parts",
      explanation: "Goyal et al. 2017, section 3, “Gradient aggregation”; "
        + "Tests/VerificationTests/MeanOfMeansLawTests.swift")
  }

  /// Checks the law on each of a subject's splits.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let statement = statement(T.promisesBits ? "exactly" : T.exactness)
    let probe = try Probe<T>(subject)
    func tally(_ batch: Batch) -> Tally { probe.gradient(of: [batch]).tally }
    let whole = tally(subject.whole())
    return try statement.findings(for: subject.splits) { split in
      try subject.requireUncoupled(split)
      let parts = split.parts.map { tally(subject.part($0)) }
      if T.promisesBits, subject.configuration.model.isWeighted {
        return weighted(whole: whole, parts: parts)
      }
      return T.promisesBits
        ? try exact(split, whole: whole.loss, parts: parts.map(\.loss))
        : bounded(
          whole: whole.loss, parts: parts.map(\.loss),
          lossError: try subject.allowance().lossError)
    }
  }

  /// Compares exact sums of losses and of weights.
  private static func weighted(whole: Tally, parts: [Tally]) -> Outcome {
    let meanOfMeans = parts.reduce(0) { $0 + $1.meanLoss } / Double(parts.count)
    let isEqual = parts.total == whole && whole.weight != nil && whole.loss.value.isFinite
    return Outcome(
      holds: isEqual,
      "the mean of means is off by \(sixDigits(meanOfMeans - whole.meanLoss)); the sums of losses "
        + "and of class weights are \(isEqual ? "the whole's, exactly" : "not the whole's")")
  }

  /// The mean of the parts' mean losses, less the whole's.
  private static func difference(_ whole: ExactSum, _ parts: [ExactSum]) -> Double {
    parts.reduce(0) { $0 + $1.mean } / Double(parts.count) - whole.mean
  }

  /// Compares sums that are off by roundings: Σⱼ mⱼ/k − Σⱼ (1/k − nⱼ/N) mⱼ is Σⱼ Sⱼ/N, and each side
  /// of Σⱼ Sⱼ = S is within the whole's bound of the exact sum.
  private static func bounded(whole: ExactSum, parts: [ExactSum], lossError: Double) -> Outcome {
    let prediction = BoundedPrediction(
      measured: [parts.reduce(0) { $0 + $1.value }], predicted: [whole.value],
      bounds: [2 * lossError])
    return Outcome(
      holds: prediction.holds,
      "the mean of means is off by \(sixDigits(difference(whole, parts))); the prediction uses "
        + "\(prediction.percent) of the rounding bound")
  }

  /// Compares exact sums of losses, of the whole batch and of each part of a split.
  static func exact(
    _ split: Split, whole: ExactSum, parts: [ExactSum]
  ) throws(NotApplicable) -> Outcome {
    guard whole.value.isFinite, parts.allSatisfy(\.value.isFinite) else {
      return Outcome(holds: false, "the loss is not a number")
    }
    guard let terms = Terms(split, whole: whole, parts: parts) else {
      throw NotApplicable("the parts' sizes have too large a common multiple")
    }
    let off = sixDigits(difference(whole, parts))
    guard terms.isMet else {
      return Outcome(holds: false, "off by \(off), which isn't the prediction")
    }
    return Outcome(
      holds: terms.isZero || !split.isEqual,
      terms.isZero
        ? "both means are \(sixDigits(whole.mean)), exactly"
        : "the mean of means is off by \(off), exactly as predicted")
  }

  /// The law's terms, each times k N L.
  struct Terms {
    /// N Σⱼ (L/nⱼ) Sⱼ.
    private var meanOfMeans = ExactSum()
    /// k L S.
    private let mean: ExactSum
    /// Σⱼ (N − k nⱼ) (L/nⱼ) Sⱼ over the parts that are smaller than N/k, which count too much.
    private var excess = ExactSum()
    /// The same over the larger parts, less zero: an exact sum adds and doesn't subtract.
    private var lack = ExactSum()

    /// Multiplies the sums out; nil where the number of losses, at most 2 k N L on a side, would be
    /// too large to count.
    init?(_ split: Split, whole: ExactSum, parts: [ExactSum]) {
      let (n, k) = (split.count, parts.count)
      guard let multiple = leastCommonMultiple(split.sizes),
        multiple.multipliedFullWidth(by: 4 * n * k).high == 0
      else { return nil }
      for (size, sum) in zip(split.sizes, parts) {
        meanOfMeans.add(sum.multiplied(by: n * (multiple / size)))
        let share = sum.multiplied(by: (n - k * size).magnitude * UInt(multiple / size))
        if n > k * size { excess.add(share) } else { lack.add(share) }
      }
      mean = whole.multiplied(by: k * multiple)
    }

    var isZero: Bool { meanOfMeans == mean }

    /// Whether mean of means + lack = mean + excess, which is the law without a minus sign.
    var isMet: Bool {
      var (left, right) = (meanOfMeans, mean)
      left.add(lack)
      right.add(excess)
      return left == right
    }
  }
}

extension ExactSum {
  /// A whole multiple of the sum, at least 0, by doubling and adding, which are exact.
  fileprivate func multiplied(by factor: some BinaryInteger) -> ExactSum {
    var result = ExactSum()
    var doubled = self
    var rest = factor
    while rest > 0 {
      if !rest.isMultiple(of: 2) { result.add(doubled) }
      rest /= 2
      if rest > 0 { doubled.add(doubled) }
    }
    return result
  }
}

/// The least common multiple, or nil where it is too large.
private func leastCommonMultiple(_ numbers: [Int]) -> Int? {
  var multiple = 1
  for number in Set(numbers) {
    var (divisor, rest) = (multiple, number)
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    let (product, overflow) = (multiple / divisor).multipliedReportingOverflow(by: number)
    if overflow { return nil }
    multiple = product
  }
  return multiple
}
