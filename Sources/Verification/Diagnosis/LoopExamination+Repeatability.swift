extension LoopExamination {
  /// Whether the same update gives the same weights; false where nothing more can be told.
  func examineRepeatability() throws(TrainerFailure) -> Bool {
    let promise = "the same update from the same state and seed gives the same weights"
    let law = "repeatable"
    let split = splits.first.map(parts) ?? [batch]
    let first = try motion(of: split, isRatedAtOnce: true).gradient
    let again = try motion(of: split, isRatedAtOnce: true).gradient
    let change = first.subtracting(again).norm / first.norm
    guard change > halfOfDigits else {
      find(
        law, promise,
        change == 0 ? "no bit differs" : "differs by \(change.brief) of it, as rounding does",
        .holds)
      return true
    }
    find(law, promise, "twice the same differs by \(change.brief) of it", .fails)
    diagnose(.nondeterministic)
    find(
      Self.splitLaw, "the parts' effective gradient is the whole batch's",
      "an update can't be compared with another", .cannotTell)
    return false
  }

  /// Whether random numbers are drawn by the pass rather than by the sample, and how far rounding
  /// moves the whole's gradient; false where nothing more can be told.
  ///
  /// Numbers that belong to a sample move with it when the batch is permuted. Where they don't, and
  /// the seed plays a part, no two passes have the same ones. Everything after is asked with dropout
  /// off, where the program can do that.
  func examineRandomness() throws(TrainerFailure) -> Bool {
    guard batch.count > 1 else { return true }
    let law = "random numbers"
    let promise = "none are drawn, or a sample has the same ones in every pass"
    guard let unmoved = try whatChangesNothing() else {
      return try examineQuietly(law, promise)
    }
    find(law, promise, "\(unmoved) changes nothing but rounding", .holds)
    return true
  }

  private func examineQuietly(_ law: String, _ promise: String) throws(TrainerFailure) -> Bool {
    find(
      law, promise,
      "another seed gives another gradient, and so does another order of the samples", .fails,
      "Srivastava et al. 2014, section 4")
    if trainer.abilities.contains("quiet") {
      setting.isQuiet = true
      if try whatChangesNothing() != nil {
        diagnose(.randomPerPass, "All that follows was asked with dropout off.")
        return true
      }
    }
    diagnose(
      .randomPerPass,
      "So the split couldn't be checked: give the noise as a part of the data, and it can be.")
    find(
      Self.splitLaw, "the parts' effective gradient is the whole batch's",
      "the parts have other random numbers than the whole", .cannotTell)
    return false
  }

  /// What of the samples' order and the seed plays no part; nil where both do.
  private func whatChangesNothing() throws(TrainerFailure) -> String? {
    let whole = try motion(of: [batch], isRatedAtOnce: true).gradient
    let half = batch.count / 2
    var ordersMatter = false
    spread = 0
    for order in [Array(batch.reversed()), Array(batch[half...] + batch[..<half])]
    where order != batch {
      let change = try motion(of: [order], isRatedAtOnce: true).gradient.subtracting(whole).norm
      // More than half of the digits isn't rounding.
      if change > halfOfDigits * whole.norm {
        ordersMatter = true
      } else {
        spread = max(spread, change)
      }
    }
    guard ordersMatter else { return "permuting the samples" }
    var other = setting
    other.seed += 1
    let change = try motion(of: [batch], other, isRatedAtOnce: true).gradient.subtracting(whole)
    return change.norm > halfOfDigits * whole.norm ? nil : "another seed"
  }
}
