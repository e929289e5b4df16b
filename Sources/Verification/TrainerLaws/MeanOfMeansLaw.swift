import TrainingCore

/// The mean of the parts' means misses the batch's mean by Σⱼ (1/k − nⱼ/N) mⱼ, exactly.
///
/// With k parts of nⱼ samples, Sⱼ the sum of a part's losses and mⱼ = Sⱼ/nⱼ its mean, the mean of
/// means is Σⱼ mⱼ/k and the batch's mean Σⱼ (nⱼ/N) mⱼ. For equal parts every coefficient is zero;
/// for unequal parts a sample of a small part counts more than one of a large part.
///
/// Nothing is rounded here. Multiplied by k N L, with L the least common multiple of the nⱼ, all
/// three terms are whole multiples of exact sums.
public enum MeanOfMeansLaw {
  static func statement(_ exactness: String = "exactly") -> Statement {
    Statement(
      law: "mean of means",
      promise: "mean of the parts' mean losses − mean loss = Σⱼ (1/k − nⱼ/N) mⱼ, \(exactness); 0 "
        + "for equal parts",
      explanation: "Goyal et al. 2017, section 3, “Gradient aggregation”; "
        + "Tests/VerificationTests/MeanOfMeansLawTests.swift")
  }

  /// Checks the law on each of a subject's splits.
  ///
  /// - Parameters:
  ///   - subject: Model, batch and splits.
  ///   - trainer: The trainer.
  /// - Returns: A finding for each split.
  /// - Throws: What making the trainer throws.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let statement = statement(T.promisesBits ? "exactly" : T.exactness)
    let probe = try Probe<T>(subject)
    func loss(_ batch: Batch) -> ExactSum { probe.gradient(of: [batch]).tally.loss }
    let whole = loss(subject.whole())
    return try statement.findings(subject) { split in
      if let reason = subject.configuration.model.coupling(of: split) {
        return statement.notApplicable(reason, for: split)
      }
      let parts = split.parts.map { loss(subject.part($0)) }
      if T.promisesBits { return finding(split, whole: whole, parts: parts) }
      guard let allowance = try subject.allowance() else {
        return statement.notApplicable(RoundingAllowance.unknown, for: split)
      }
      return finding(split, whole: whole, parts: parts, lossError: allowance.lossError, statement)
    }
  }

  /// Compares sums that are off by roundings: Σⱼ mⱼ/k − Σⱼ (1/k − nⱼ/N) mⱼ is Σⱼ Sⱼ/N, and each side
  /// of Σⱼ Sⱼ = S is within the whole's bound of the exact sum.
  private static func finding(
    _ split: Split, whole: ExactSum, parts: [ExactSum], lossError: Double, _ statement: Statement
  ) -> Finding {
    let sum = parts.reduce(0) { $0 + $1.value }
    let prediction = BoundedPrediction(
      measured: [sum], predicted: [whole.value], bounds: [2 * lossError])
    let off = parts.reduce(0) { $0 + $1.mean } / Double(parts.count) - whole.mean
    return statement.finding(
      for: split, holds: prediction.holds,
      "the mean of means is off by \(sixDigits(off)); the prediction uses \(prediction.percent) of "
        + "the rounding bound")
  }

  /// Compares measured sums.
  ///
  /// - Parameters:
  ///   - split: The parts.
  ///   - whole: The whole batch's losses.
  ///   - parts: The losses of each part.
  /// - Returns: The finding.
  static func finding(_ split: Split, whole: ExactSum, parts: [ExactSum]) -> Finding {
    let statement = statement()
    guard whole.value.isFinite, parts.allSatisfy(\.value.isFinite) else {
      return statement.finding(for: split, holds: false, "the loss is not a number")
    }
    guard let terms = Terms(split, whole: whole, parts: parts) else {
      return statement.notApplicable(
        "the parts' sizes have too large a common multiple", for: split)
    }
    let k = Double(parts.count)
    let measured = parts.reduce(0) { $0 + $1.mean } / k - whole.mean
    guard terms.isMet else {
      return statement.finding(
        for: split, holds: false, "off by \(sixDigits(measured)), which isn't the prediction")
    }
    return statement.finding(
      for: split, holds: terms.isZero || !split.isEqual,
      terms.isZero
        ? "both means are \(sixDigits(whole.mean)), exactly"
        : "the mean of means is off by \(sixDigits(measured)), exactly as predicted")
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

    /// Whether the mean of means is the mean.
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
  /// A multiple of the sum, by doubling and adding, which are exact.
  ///
  /// - Parameter factor: A whole number, at least 0.
  /// - Returns: The multiple, of as many times as many losses.
  func multiplied(by factor: some BinaryInteger) -> ExactSum {
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

/// The least number that all of some divide, or nil where it is too large.
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
