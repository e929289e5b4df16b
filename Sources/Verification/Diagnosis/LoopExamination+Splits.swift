import Foundation

extension LoopExamination {
  private static let promise = "the parts' effective gradient is the whole batch's"
  private static let explanation = "Goyal et al. 2017, section 2.3"

  /// Compares each split with the whole, and finds out what is wrong with the first that differs.
  func examineSplits() throws(TrainerFailure) {
    guard !splits.isEmpty else {
      find(
        Self.splitLaw, Self.promise, "nothing to split: the batch is in one part", .cannotTell,
        Self.explanation)
      return
    }
    let whole = try motion(of: [batch])
    movesByItself = !whole.constant.isEmpty
    var differing: [Split] = []
    for split in splits {
      if try !compare(split, motion(of: parts(split)), whole) { differing.append(split) }
    }
    // Unequal parts say more: equal ones hide a mean of means.
    if let split = differing.first(where: { !$0.isEqual && $0.sizes.count > 2 })
      ?? differing.first(where: { !$0.isEqual }) ?? differing.first
    {
      try explain(split)
    }
  }

  /// Adds a split's finding; returns whether it is the whole, as far as can be told.
  private func compare(
    _ split: Split, _ cut: Motion, _ whole: Motion
  ) throws(TrainerFailure) -> Bool {
    let size = whole.gradient.norm
    let difference = max(
      cut.gradient.subtracting(whole.gradient).norm, constantDifference(cut, whole) / rate)
    var allowed = bound(cut, whole)
    if !(cut.constant.isEmpty && whole.constant.isEmpty) {
      allowed = max(allowed, 32 * roundoff * weights.norm / rate)
    }
    let isEqual = difference <= allowed && !cut.stepsBetween
    let isLost = allowed > size / 4
    var result = LoopReport.SplitResult(
      sizes: split.sizes, difference: difference / size, bound: allowed / size)
    var measured =
      "relative difference \(result.difference.brief); rounding explains \(result.bound.brief)"
    if isEqual, setting.precision == "float64", let single = try inSingle(split, whole) {
      (result.differenceInSingle, result.spreadInSingle) = (single.difference, single.spread)
      measured +=
        "; in float32 \(single.difference.brief), and \(single.spread.brief) by permuting the batch"
    }
    if !cut.constant.isEmpty || movesByItself {
      let shares = [cut, whole].map { ($0.constant.norm / weights.norm).brief }
      measured =
        "without the optimizer, the weights move by \(shares[0]) of themselves, in the whole by "
        + shares[1]
    }
    if cut.stepsBetween { measured += "; the weights move between the parts" }
    report.splits.append(result)
    find(
      "\(Self.splitLaw), \(split)", Self.promise, measured,
      isLost ? .cannotTell : isEqual ? .holds : .fails, Self.explanation)
    return isEqual || isLost
  }

  /// How far two updates move the weights apart without the optimizer, as a length.
  private func constantDifference(_ one: Motion, _ two: Motion) -> Double {
    if one.constant.isEmpty { return two.constant.norm }
    if two.constant.isEmpty { return one.constant.norm }
    return one.constant.subtracting(two.constant).norm
  }

  /// The same comparison in single precision, beside what permuting the batch changes there.
  private func inSingle(
    _ split: Split, _ whole: Motion
  ) throws(TrainerFailure) -> (difference: Double, spread: Double)? {
    guard trainer.precisions.contains("float32") else { return nil }
    var single = setting
    single.precision = "float32"
    // An update that steps once may have any rate: at one that moves the weights by their own
    // length, reading the displacement costs no digits.
    single.rate = Self.powerOfTwo(near: max(weights.norm, 0x1p-10) / whole.gradient.norm)
    do throws(TrainerFailure) {
      let together = try trainer.run([[batch]], single).updates[0].vector
      let permuted = try trainer.run([[Array(batch.reversed())]], single).updates[0].vector
      let cut = try trainer.run([parts(split)], single).updates[0].vector
      let size = together.norm
      let difference = cut.subtracting(together).norm / size
      return difference.isFinite
        ? (difference, permuted.subtracting(together).norm / size) : nil
    } catch {
      guard error.isRefusal else { throw error }
      return nil
    }
  }
}
