import Foundation

extension LoopExamination {
  /// Small enough that no limit on gradients is reached; a power of two, so that scaling is exact.
  static let tinyScale = 0x1p-20

  /// Finds out why a split isn't the whole.
  func explain(_ split: Split) throws(TrainerFailure) {
    guard var reading = try read(split) else {
      return find(
        Statement(
          law: "weights of the parts", promise: "each part counts by its share of the batch"),
        "the parts' gradients depend on each other: nothing can be read off", .cannotTell)
    }
    let coupling = reading.uncombinedShareOfWhole
    var clipping: PartReading?
    if trainer.abilities.contains("scale") {
      setting.scale = Self.tinyScale
      let small = try read(split)
      setting.scale = 1
      if let small, isNonlinear(reading, small) { (clipping, reading) = (reading, small) }
    }
    guard reading.isCoupled else { return conclude(split, reading, clipping: clipping) }
    defer {
      diagnose(
        .coupledSamples,
        "\((100 * coupling).brief) % of the whole batch's gradient is no combination of the "
          + "micro-batches' own.")
    }
    if !setting.isQuiet, trainer.abilities.contains("quiet") {
      setting.isQuiet = true
      if let quiet = try read(split), !quiet.isCoupled {
        return conclude(split, quiet, clipping: nil)
      }
      setting.isQuiet = false
    }
    record(reading, in: split, knowsWeights: false)
  }

  /// Reads off a split at the present setting; nil where the parts' gradients depend on each other.
  private func read(_ split: Split) throws(TrainerFailure) -> PartReading? {
    let factor = 1 / setting.scale
    let whole = try motion(of: [batch]).scaled(by: factor)
    let cut = try motion(of: parts(split)).scaled(by: factor)
    let alone = try parts(split).map { (part) throws(TrainerFailure) in
      try motion(of: [part], isRatedAtOnce: whole.constant.isEmpty).scaled(by: factor)
    }
    let allowed = 8 * ([whole, cut] + alone).map(\.rounding).reduce(spread, max)
    return PartReading(
      whole: whole, cut: cut, alone: alone, regularisers: regularisers, allowed: allowed,
      halfOfDigits: halfOfDigits)
  }

  /// What regularisers add to a gradient: the weights (L2) or their signs (L1), of all tensors or of
  /// matrices alone.
  private var regularisers: [[Double]] {
    let isMatrix = trainer.isMatrix
    let signs = weights.map { $0 == 0 ? 0.0 : $0 < 0 ? -1 : 1 }
    return [weights, signs].flatMap { vector in
      [true, false].map { wanted in zip(vector, isMatrix).map { $1 == wanted ? $0 : 0 } }
    }.filter { $0.norm > 0 }
  }

  /// Whether gradients that are scaled down, and back, come out as others.
  private func isNonlinear(_ usual: PartReading, _ small: PartReading) -> Bool {
    zip(usual.motions, small.motions).contains { one, two in
      one.gradient.subtracting(two.gradient).norm
        > max(usual.allowed, small.allowed, halfOfDigits * one.gradient.norm)
    }
  }

  /// Says what follows from how much each part counts.
  private func conclude(_ split: Split, _ reading: PartReading, clipping: PartReading?) {
    let counts = reading.weights
    let seen =
      "Micro-batches of \(list(split.sizes.map(String.init))) samples count "
      + "\(shares(counts.split, of: counts.whole)), but should count \(shares(counts.whole))."
    record(reading, in: split, knowsWeights: true)
    var unexplained = true
    func blame(_ diagnosis: Diagnosis, _ seen: String = "") {
      unexplained = false
      diagnose(diagnosis, seen)
    }
    let (steps, once) = (reading.cut.update.told.steps ?? 1, reading.whole.update.told.steps ?? 1)
    if reading.cut.stepsBetween || steps > once {
      let counted = steps > 1 ? "The optimizer stepped \(steps) times in one update. " : ""
      let isKept = counts.areKnown && counts.diagnosis == .notCleared
      return blame(isKept ? .notCleared : .stepPerPart, counted + seen)
    }
    if reading.decaysMore, counts.agree {
      let more = "The split's gradient has more of the weights themselves than the whole's has."
      blame(.decayPerPart, more)
    } else if reading.cut.constantDifference(reading.whole) > 32 * roundoff * weights.norm {
      blame(.decayPerPart, "Weights shrink without the optimizer, more often in parts.")
    }
    if let clipping {
      let isParallel = clipping.cut.isParallel(
        to: reading.cut, within: max(clipping.allowed, reading.allowed))
      if counts.agree || !isParallel {
        blame(
          .clippedPerPart,
          "Where gradients are small, the micro-batches count as they should: so a limit acts on each."
        )
      }
    } else if !trainer.abilities.contains("scale"), reading.isSaturated {
      return blame(
        .clippedPerPart, "Micro-batches' gradients all have one length: the limit that clips them.")
    }
    if !reading.hasRegularisers || counts.areKnown, let diagnosis = counts.diagnosis {
      blame(diagnosis, seen)
    }
    if unexplained, !setting.isQuiet {
      find(
        Statement(law: "diagnosis", promise: "the difference fits a known fault"),
        "the parts count \(shares(counts.split)); "
          + "\((100 * reading.uncombinedShareOfCut).brief) % of the split's "
          + "gradient is no combination of theirs", .cannotTell)
    }
  }

  /// Keeps what was read off a split in its result.
  private func record(_ reading: PartReading, in split: Split, knowsWeights: Bool) {
    guard let index = report.splits.firstIndex(where: { $0.sizes == split.sizes }) else { return }
    if knowsWeights {
      let weights = reading.weights
      report.splits[index].weights = weights.split
      report.splits[index].expectedWeights = weights.whole
      report.splits[index].weightTolerance = weights.tolerance
      find(
        Statement(
          law: "weights of the parts",
          promise: "each part counts as in the whole batch's own gradient",
          explanation: "Goyal et al. 2017, section 3, “Gradient aggregation”"),
        "\(shares(weights.split, of: weights.whole)); in the whole \(shares(weights.whole))",
        !weights.areKnown ? .cannotTell : weights.agree ? .holds : .fails)
    }
    report.splits[index].residual = reading.uncombinedShareOfCut
    report.splits[index].wholeResidual = reading.uncombinedShareOfWhole
  }

  /// Weights in words: in per cent where they, or those that they should be, make a whole.
  private func shares(_ weights: [Double], of whole: [Double]? = nil) -> String {
    let isShare = abs((whole ?? weights).reduce(0, +) - 1) < 1e-3
    func word(_ weight: Double) -> String {
      isShare ? String(format: "%.3g %%", 100 * weight) : weight.share
    }
    guard let first = weights.first, weights.allSatisfy({ abs($0 - first) < 1e-6 }) else {
      return list(weights.map(word))
    }
    let isEven = abs(first * Double(weights.count) - 1) < 1e-6
    return "\(isEven ? "1/\(weights.count)" : first.share) each"
  }
}
