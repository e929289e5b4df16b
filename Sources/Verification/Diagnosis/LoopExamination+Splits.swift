extension LoopExamination {
  /// Runs the same update twice; returns false where nothing more can be told.
  func examineRepeatability() throws(TrainerFailure) -> Bool {
    let check = Statement(
      law: "repeatable",
      promise: "the same update from the same state and seed gives the same weights")
    let split = splits.first.map(parts) ?? [batch]
    let first = try motion(of: split, isRatedAtOnce: true).gradient
    let again = try motion(of: split, isRatedAtOnce: true).gradient
    let change = first.subtracting(again).norm / first.norm
    guard change > halfOfDigits else {
      let off =
        change == 0 ? "no bit differs" : "differs by \(change.brief) of it, as rounding does"
      find(check, off, .holds)
      return true
    }
    find(check, "twice the same differs by \(change.brief) of it", .fails)
    diagnose(.nondeterministic)
    find(.split, "an update can't be compared with another", .cannotTell)
    return false
  }

  /// Finds out whether random numbers are drawn by the pass rather than by the sample, and how far
  /// rounding moves the whole's gradient; returns false where nothing more can be told.
  ///
  /// Numbers that belong to a sample move with it when the batch is permuted. Where they don't, and
  /// the seed plays a part, no two passes have the same ones. Everything after is asked with dropout
  /// off, where the program can do that.
  func examineRandomness() throws(TrainerFailure) -> Bool {
    guard batch.count > 1 else { return true }
    var check = Statement(
      law: "random numbers",
      promise: "none are drawn, or a sample has the same ones in every pass")
    if let unmoved = try whatChangesNothing() {
      find(check, "\(unmoved) changes nothing but rounding", .holds)
      return true
    }
    check.explanation = "Srivastava et al. 2014, section 4"
    find(
      check, "another seed gives another gradient, and so does another order of the samples", .fails
    )
    setting.isQuiet = trainer.abilities.contains("quiet")
    if setting.isQuiet, try whatChangesNothing() != nil {
      diagnose(.randomPerPass, "All that follows was asked with dropout off.")
      return true
    }
    diagnose(
      .randomPerPass,
      "So the split couldn't be checked: give the noise as a part of the data, and it can be.")
    find(.split, "the parts have other random numbers than the whole", .cannotTell)
    return false
  }

  /// Which of the samples' order and the seed plays no part, in words; nil where both do.
  private func whatChangesNothing() throws(TrainerFailure) -> String? {
    let whole = try motion(of: [batch], isRatedAtOnce: true).gradient
    let half = batch.count / 2
    var ordersMatter = false
    spread = 0
    for order in [Array(batch.reversed()), Array(batch[half...] + batch[..<half])]
    where order != batch {
      let change = try motion(of: [order], isRatedAtOnce: true).gradient.subtracting(whole).norm
      // More than half of the digits isn't rounding.
      let isRounding = !(change > halfOfDigits * whole.norm)
      if isRounding { spread = max(spread, change) } else { ordersMatter = true }
    }
    guard ordersMatter else { return "permuting the samples" }
    var other = setting
    other.seed += 1
    let change = try motion(of: [batch], other, isRatedAtOnce: true).gradient.subtracting(whole)
    return change.norm > halfOfDigits * whole.norm ? nil : "another seed"
  }

  /// Compares each split with the whole, and finds out what is wrong with the first that differs.
  func examineSplits() throws(TrainerFailure) {
    var check = Statement.split
    check.explanation = "Goyal et al. 2017, section 2.3"
    guard !splits.isEmpty else {
      return find(check, "nothing to split: the batch is in one part", .cannotTell)
    }
    let whole = try motion(of: [batch])
    movesByItself = !whole.constant.isEmpty
    var differing: [Split] = []
    for split in splits {
      let cut = try motion(of: parts(split))
      if try !compare(split, cut, whole, check) { differing.append(split) }
    }
    // Unequal parts say more: equal ones hide a mean of means.
    let unequal = differing.filter { !$0.isEqual }
    let split = unequal.first { $0.sizes.count > 2 } ?? unequal.first ?? differing.first
    if let split { try explain(split) }
  }

  /// Adds a split's finding; returns whether it is the whole, as far as can be told.
  private func compare(
    _ split: Split, _ cut: Motion, _ whole: Motion, _ check: Statement
  ) throws(TrainerFailure) -> Bool {
    var check = check
    check.law += ", \(split)"
    let size = whole.gradient.norm
    let difference = max(
      cut.gradient.subtracting(whole.gradient).norm, cut.constantDifference(whole) / rate)
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
    find(check, measured, isLost ? .cannotTell : isEqual ? .holds : .fails)
    return isEqual || isLost
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
      let difference = cut.subtracting(together).norm / together.norm
      return difference.isFinite
        ? (difference, permuted.subtracting(together).norm / together.norm) : nil
    } catch let error where error.isRefusal {
      return nil
    }
  }
}
