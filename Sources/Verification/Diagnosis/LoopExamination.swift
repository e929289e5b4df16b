/// Asks a training loop in another process the laws of splitting and scaling, and diagnoses what is
/// wrong where one doesn't hold.
///
/// The loop is seen from outside, by what its updates do to the weights under plain gradient
/// descent (`Motion`). Three things are compared: the whole batch's gradient, the split's, and the
/// combinations of the gradients that the parts have alone (`PartWeights`).
///
/// What it can't see: a loop that divides by a fixed number of parts, not by those that it is given; a
/// fault in a few numbers of a tensor that is thinned; and, where only single precision is to be had,
/// differences below some 10⁻⁴ of the gradient.
public final class LoopExamination {
  let trainer: ForeignTrainer
  /// The batch, as samples of the program.
  let batch: [Int]
  let splits: [Split]
  let told: (String) -> Void
  var setting = ForeignTrainer.Setting()
  var report: LoopReport
  /// u of the precision.
  var roundoff = 0x1p-53
  /// η of the effective gradients.
  var rate = 0x1p-10
  /// The initial weights, thinned.
  var weights: [Double] = []
  /// The largest change of the whole's gradient when its samples are permuted, as a length; 0 where
  /// it is more than rounding.
  var spread = 0.0
  /// Whether the whole's update moves weights without the optimizer, so that displacements aren't
  /// in proportion to the rate.
  var movesByItself = false

  /// Half of the precision's digits: rounding in a gradient doesn't reach so far, and a difference
  /// above it isn't put down to rounding.
  var halfOfDigits: Double { roundoff.squareRoot() }

  /// What a comparison of gradients allows: eight times the largest of the changes that permuting
  /// the batch makes, and of what reading displacements off the weights may add.
  func bound(_ motions: Motion...) -> Double {
    8 * (motions.map(\.rounding) + [spread]).reduce(0, max)
  }

  /// Prepares an examination of one batch of a program's samples.
  ///
  /// `batchSize` is by default 256, fewer of large models and small data; `splits` cuts the batch, by
  /// default into 50, 30 and 20 per cent, and into quarters; `limit` is how many numbers of a tensor are
  /// read at the most; `told` is told what is being done. Throws `TrainerFailure` where the program
  /// doesn't answer as it should.
  public init(
    _ channel: any TrainerChannel, batchSize: Int? = nil,
    splits: ((Int) throws -> [Split])? = nil, limit: Int = 1 << 16,
    told: @escaping (String) -> Void = { _ in }
  ) throws {
    trainer = try ForeignTrainer(channel, limit: limit)
    // Samples times parameters of a batch that is gone through some fifty times in a minute or two.
    let affordable = max(24, (1 << 30) / trainer.parameterCount)
    let count = batchSize ?? min(trainer.samples, 256, affordable)
    guard count <= trainer.samples else {
      throw TrainerFailure(
        "a batch of \(count) is more than the trainer's \(trainer.samples) samples: use a smaller one"
      )
    }
    let samples = trainer.samples
    batch = (0..<count).map { $0 * samples / count }
    // One part is the whole batch, and says nothing.
    self.splits = (try splits.map { try $0(count) } ?? Self.defaultSplits(count)).filter {
      $0.sizes.count > 1
    }
    self.told = told
    report = LoopReport(
      framework: trainer.framework, samples: samples, parameters: trainer.parameterCount,
      parametersRead: trainer.keptCount, optimizer: trainer.optimizer, batchSize: count,
      precision: "")
  }

  /// Parts of about 50, 30 and 20 per cent, and four equal ones.
  static func defaultSplits(_ count: Int) -> [Split] {
    guard count >= 2 else { return [] }
    let (first, second) = (count / 2, max(count * 3 / 10, 1))
    let unequal = count < 6 ? [count - 1, 1] : [first, second, count - first - second]
    let equal = Split(count, equalParts: 4) ?? Split(count, equalParts: 2)
    return [Split(sizes: unequal)] + [equal].compactMap { $0?.sizes == unequal ? nil : $0 }
  }

  /// How often `told` is called by an examination that comes to its end.
  public static let stages = 6

  /// Runs all checks; throws where the program stops answering or none of its updates run.
  public func examine() throws(TrainerFailure) -> LoopReport {
    told("first updates")
    guard try prepare() else { return report }
    guard try examineRepeatability(), try examineRandomness() else { return report }
    told("splits")
    try examineSplits()
    told("next updates")
    try examineNextUpdate()
    told("the own optimizer")
    try examineOptimizer()
    told("the gradient")
    try examineGradient()
    told("learning-rate scaling")
    try examineScaling()
    return report
  }

  func find(_ check: Statement, _ measured: String, _ verdict: Finding.Verdict) {
    report.findings.append(check.finding(measured, verdict))
  }

  /// Adds a diagnosis, once, with what was seen.
  func diagnose(_ diagnosis: Diagnosis, _ seen: String = "") {
    guard !report.diagnosis.contains(diagnosis) else { return }
    report.diagnosis.append(diagnosis)
    report.advice.append((seen.isEmpty ? "" : seen + " ") + diagnosis.advice)
  }

  func parts(_ split: Split) -> [[Int]] { split.parts.map { Array(batch[$0]) } }

  /// The motion of the weights by one update on some parts.
  func motion(
    of parts: [[Int]], _ changed: ForeignTrainer.Setting? = nil, isRatedAtOnce: Bool = false
  ) throws(TrainerFailure) -> Motion {
    let base = changed ?? setting
    let weightNorm = weights.norm
    return try Motion(
      rate: rate / base.scale, readingError: roundoff * weightNorm, halfOfDigits: halfOfDigits,
      isRatedAtOnce: isRatedAtOnce
    ) { rate throws(TrainerFailure) in
      var setting = base
      setting.rate = rate
      return try trainer.run([parts], setting).updates[0]
    }
  }

  /// Finds a precision in which the loop runs, and a rate of plain gradient descent; returns whether the
  /// loop's gradients can be read off by that in place of its optimizer.
  private func prepare() throws(TrainerFailure) -> Bool {
    var first: ForeignTrainer.Run?
    var refusals: [TrainerFailure] = []
    for precision in trainer.precisions where first == nil {
      setting.precision = precision
      setting.rate = rate
      do throws(TrainerFailure) {
        first = try trainer.run([[batch]], setting, wantsWeights: true)
      } catch let error where error.isRefusal {
        refusals.append(error)
      }
    }
    guard let first else { throw refusals.last ?? TrainerFailure("no update runs") }
    report.precision = setting.precision
    roundoff = trainer.roundoff(of: setting.precision)
    weights = first.weights
    let gradient = first.updates[0]
    guard weights.allSatisfy(\.isFinite), gradient.told.finite != false else {
      throw TrainerFailure(
        "the loss or a weight is not a number at the initial weights: nothing can be compared; start "
          + "from weights with a finite loss")
    }
    guard gradient.vector.norm > 0 else {
      find(
        .split, "no weight moves under plain gradient descent: the step finds no gradients",
        .cannotTell)
      // Something took the gradients before the step.
      try examineOptimizer()
      return false
    }
    if batch.count > 1 {
      let half = try trainer.run([[Array(batch[..<(batch.count / 2)])]], setting).updates[0]
      guard half.vector != gradient.vector else {
        find(.split, "half of the batch gives the same update: does it use its parts?", .cannotTell)
        return false
      }
    }
    let length = weights.norm > 0 ? weights.norm : 1
    rate = Self.powerOfTwo(near: roundoff.squareRoot().squareRoot() * length / gradient.vector.norm)
    return true
  }

  /// The power of two next below a number.
  static func powerOfTwo(near number: Double) -> Double {
    number.isNormal ? Double(sign: .plus, exponent: number.exponent, significand: 1) : 0x1p-10
  }
}

extension Statement {
  /// That a split is the whole batch.
  static let split = Statement(
    law: "split batch", promise: "the parts' effective gradient is the whole batch's")
}
