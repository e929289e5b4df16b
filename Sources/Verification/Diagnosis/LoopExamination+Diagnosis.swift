import Foundation

extension LoopExamination {
  /// Small enough that no limit on gradients is reached; a power of two, so that scaling is exact.
  static let tinyScale = 0x1p-20

  /// Finds out why a split isn't the whole.
  func explain(_ split: Split) throws(TrainerFailure) {
    let canBeQuiet = trainer.abilities.contains("quiet")
    guard var reading = try read(split) else {
      find(
        "weights of the parts", "each part counts by its share of the batch",
        "the parts' gradients depend on each other: nothing can be read off", .cannotTell)
      return
    }
    var isCoupled = reading.isCoupled(floor: halfOfDigits * reading.whole.gradient.norm)
    let coupling = reading.wholeFit.residualNorm / reading.whole.gradient.norm
    var clipping: PartReading?
    if trainer.abilities.contains("scale") {
      setting.scale = Self.tinyScale
      let small = try read(split)
      setting.scale = 1
      if let small, isNonlinear(reading, small) {
        (clipping, reading) = (reading, small)
        isCoupled = reading.isCoupled(floor: halfOfDigits * reading.whole.gradient.norm)
      }
    }
    if isCoupled, !setting.isQuiet, canBeQuiet {
      setting.isQuiet = true
      if let quiet = try read(split),
        !quiet.isCoupled(floor: halfOfDigits * quiet.whole.gradient.norm)
      {
        reading = quiet
        try conclude(split, reading, clipping: nil)
        return diagnoseCoupled(coupling)
      }
      setting.isQuiet = false
    }
    if isCoupled {
      record(reading, in: split, knowsWeights: false)
      return diagnoseCoupled(coupling)
    }
    try conclude(split, reading, clipping: clipping)
  }

  private func diagnoseCoupled(_ share: Double) {
    diagnose(
      .coupledSamples,
      "\((100 * share).brief) % of the whole batch's gradient is no combination of the "
        + "micro-batches' own.")
  }

  /// Reads off a split at the present setting; nil where the parts' gradients depend on each other.
  private func read(_ split: Split) throws(TrainerFailure) -> PartReading? {
    let factor = 1 / setting.scale
    let whole = try motion(of: [batch]).scaled(by: factor)
    let cut = try motion(of: parts(split)).scaled(by: factor)
    var alone: [Motion] = []
    for part in parts(split) {
      alone.append(
        try motion(of: [part], isRatedAtOnce: whole.constant.isEmpty).scaled(by: factor))
    }
    let allowed = 8 * ([whole, cut] + alone).map(\.rounding).reduce(spread, max)
    return PartReading(
      whole: whole, cut: cut, alone: alone, regularisers: regularisers, allowed: allowed)
  }

  /// What regularisers add to a gradient: the weights (L2) or their signs (L1), of all tensors or of
  /// matrices alone.
  private var regularisers: [[Double]] {
    let isMatrix = trainer.isMatrix
    let signs = weights.map { $0 == 0 ? 0.0 : $0 < 0 ? -1 : 1 }
    return [weights, signs].flatMap { vector in
      [true, false].map { wanted in
        zip(vector, isMatrix).map { $1 == wanted ? $0 : 0 }
      }
    }.filter { $0.norm > 0 }
  }

  /// Whether gradients that are scaled down, and back, come out as others.
  private func isNonlinear(_ usual: PartReading, _ small: PartReading) -> Bool {
    zip(
      [usual.whole, usual.cut] + usual.alone, [small.whole, small.cut] + small.alone
    ).contains { one, two in
      one.gradient.subtracting(two.gradient).norm
        > max(usual.allowed, small.allowed, halfOfDigits * one.gradient.norm)
    }
  }

  /// Says what follows from how much each part counts.
  private func conclude(
    _ split: Split, _ reading: PartReading, clipping: PartReading?
  ) throws(TrainerFailure) {
    let weights = reading.weights
    let seen =
      "Micro-batches of \(list(split.sizes.map(String.init))) samples count "
      + "\(shares(weights.split, of: weights.whole)), but should count \(shares(weights.whole))."
    record(reading, in: split, knowsWeights: true)
    var unexplained = true
    func blame(_ diagnosis: Diagnosis, _ seen: String = "") {
      unexplained = false
      diagnose(diagnosis, seen)
    }
    let (steps, once) = (reading.cut.update.steps ?? 1, reading.whole.update.steps ?? 1)
    if reading.cut.stepsBetween || steps > once {
      let counted = steps > 1 ? "The optimizer stepped \(steps) times in one update. " : ""
      let isKept = weights.areKnown && weights.diagnosis == .notCleared
      return blame(isKept ? .notCleared : .stepPerPart, counted + seen)
    }
    if reading.decaysMore, weights.agree {
      blame(
        .decayPerPart,
        "The split's gradient has more of the weights themselves than the whole's has.")
    } else if !reading.cut.constant.isEmpty || !reading.whole.constant.isEmpty,
      constantDifferenceMatters(reading)
    {
      blame(.decayPerPart, "Weights shrink without the optimizer, more often in parts.")
    }
    if let clipping {
      let isParallel = clipping.cut.isParallel(
        to: reading.cut, within: max(clipping.allowed, reading.allowed))
      if weights.agree || !isParallel {
        blame(
          .clippedPerPart,
          "Where gradients are small, the micro-batches count as they should: so a limit acts on each."
        )
      }
    } else if !trainer.abilities.contains("scale"), reading.isSaturated {
      return blame(
        .clippedPerPart, "Micro-batches' gradients all have one length: the limit that clips them.")
    }
    if !reading.hasRegularisers || weights.areKnown, let diagnosis = weights.diagnosis {
      blame(diagnosis, seen)
    }
    if unexplained, !setting.isQuiet {
      find(
        "diagnosis", "the difference fits a known fault",
        "the parts count \(shares(weights.split)); "
          + "\((100 * reading.cutFit.residualNorm / reading.cut.gradient.norm).brief) % of the split's "
          + "gradient is no combination of theirs", .cannotTell)
    }
  }

  private func constantDifferenceMatters(_ reading: PartReading) -> Bool {
    let zeros = weights.map { _ in 0.0 }
    let (cut, whole) = (reading.cut.constant, reading.whole.constant)
    return (cut.isEmpty ? zeros : cut).subtracting(whole.isEmpty ? zeros : whole).norm
      > 32 * roundoff * weights.norm
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
        "weights of the parts", "each part counts as in the whole batch's own gradient",
        "\(shares(weights.split, of: weights.whole)); in the whole \(shares(weights.whole))",
        !weights.areKnown ? .cannotTell : weights.agree ? .holds : .fails,
        "Goyal et al. 2017, section 3, “Gradient aggregation”")
    }
    report.splits[index].residual =
      reading.cutFit.residualNorm / reading.cut.gradient.norm
    report.splits[index].wholeResidual =
      reading.wholeFit.residualNorm / reading.whole.gradient.norm
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

  /// `a, b and c`.
  func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Motion {
  /// Whether two gradients have one direction.
  func isParallel(to other: Motion, within allowed: Double) -> Bool {
    let factor = gradient.dot(other.gradient) / other.gradient.dot(other.gradient)
    let rest = gradient.subtracting(other.gradient.scaled(by: factor))
    return rest.norm <= max(4 * allowed, 1e-6 * gradient.norm)
  }
}

extension Double {
  /// A share in three digits, without zeros at the end.
  var share: String {
    let rounded = (self * 1000).rounded() / 1000
    return rounded == self || rounded.magnitude >= 0.01 || magnitude < 1e-6
      ? String(format: "%g", rounded == 0 ? 0 : rounded).replacing("-", with: "−") : brief
  }
}
