extension LoopExamination {
  /// Finds out whether an update still has the gradient of the one before.
  func examineNextUpdate() throws(TrainerFailure) {
    let half = batch.count / 2
    guard half > 0, !movesByItself else { return }
    let (first, second) = (Array(batch[..<half]), Array(batch[half...]))
    // So short that what the first update moves hardly changes the second one's gradient.
    var short = setting
    short.rate = rate / 256
    let after = try trainer.run([[first], [second]], short).updates[1].vector
    let before = try motion(of: [first], isRatedAtOnce: true)
    let alone = try motion(of: [second], isRatedAtOnce: true)
    let rest = after.subtracting(alone.gradient)
    let check = Statement(
      law: "next update", promise: "an update's gradient is its own, whatever came before")
    let share = (rest.norm / alone.gradient.norm).brief
    // Gradients that are left over are those of the first update, of all tensors or of some. A
    // sixteenth of them is more than weights that have moved by so little explain.
    let blocks = trainer.blocks.map { block in
      (rest: Array(rest[block]), before: Array(before.gradient[block]))
    }.filter { $0.rest.norm > $0.before.norm / 16 && $0.rest.norm > alone.gradient.norm / 1024 }
    guard !blocks.isEmpty else {
      return find(
        check, "relative difference \(share), from weights that have moved a little", .holds)
    }
    for block in blocks {
      let left = block.rest.dot(block.before) / block.before.dot(block.before)
      if left > 1.0 / 16,
        block.rest.subtracting(block.before.scaled(by: left)).norm < block.rest.norm / 2
      {
        find(check, "the gradient of the update before is in it, times \(left.share)", .fails)
        return diagnose(
          .notCleared,
          "The next update contains the gradient of the one before, times \(left.share)"
            + (blocks.count < trainer.blocks.count ? ", in some tensors." : "."))
      }
    }
    find(
      check, "relative difference \(share), which the gradient before doesn't explain", .cannotTell)
  }

  /// Compares the state of the program's own optimizer after parts with that after the whole.
  func examineOptimizer() throws(TrainerFailure) {
    let check = Statement(
      law: "own optimizer",
      promise: "two updates by parts leave the state that two whole ones leave")
    let name = trainer.optimizer ?? "plain gradient descent"
    guard let split = splits.first(where: { $0.sizes.count > 1 }) else { return }
    var own = setting
    own.rate = nil
    let (together, cut, permuted): (ForeignTrainer.Run, ForeignTrainer.Run, ForeignTrainer.Run)
    do throws(TrainerFailure) {
      // Two updates, since averages of the weights begin to differ with the second.
      let reversed = [Array(batch.reversed())]
      together = try trainer.run([[batch], [batch]], own, wantsState: true)
      cut = try trainer.run([parts(split), parts(split)], own, wantsState: true)
      permuted = try trainer.run([reversed, reversed], own, wantsState: true)
    } catch let error where error.isRefusal {
      return find(check, error.description, error.isNotANumber ? .fails : .cannotTell)
    }
    examineRates(together, cut)
    if together.counts != cut.counts {
      find(
        check,
        "step counts \(cut.counts.map(\.share)) after the parts, \(together.counts.map(\.share)) after "
          + "the whole", .fails)
      if !report.diagnosis.contains(.stepPerPart), !report.diagnosis.contains(.notCleared) {
        diagnose(.statePerPart)
      }
      return
    }
    let isUnread = report.splits.isEmpty
    if isUnread, together.updates[0].norm == 0 {
      return find(check, "no weight moves with \(name) either", .cannotTell)
    }
    let differences = stateDifferences(together, cut, permuted)
    guard let worst = differences.max(by: { $0.excess < $1.excess }) else {
      return find(check, "\(name) keeps no state", .notApplicable)
    }
    // Where gradients differ, so do moments, and where weights come to differ, so do averages of them.
    let weightsDiffer = [Diagnosis.stepPerPart, .notCleared, .ratePerPart]
      .contains(where: report.diagnosis.contains)
    let isAccused = weightsDiffer || report.splitFails
    let buffer = differences.first { $0.isBuffer && $0.excess > 0 }
    if isAccused, weightsDiffer || buffer == nil {
      return find(check, "\(name): \(worst.measured); the updates differ already", .notApplicable)
    }
    let seen = isAccused ? buffer ?? worst : worst
    find(check, "\(name): \(seen.measured)", seen.excess > 0 ? .fails : .holds)
    if seen.excess > 0 {
      diagnose(
        .statePerPart,
        "After the parts, \(seen.name) isn't what it is after the whole"
          + (isUnread ? ", and no gradient is left when the step comes." : "."))
    }
  }

  /// How far a tensor of the state is from that after the whole, beside what rounding explains.
  private struct StateDifference {
    let slot: String
    let difference: Double
    let allowed: Double

    var isBuffer: Bool { slot == "buffer" }
    var name: String { isBuffer ? "a buffer or average" : slot }
    var excess: Double { difference - allowed }
    var measured: String {
      "\(name) has the relative difference \(difference.brief); rounding explains \(allowed.brief)"
    }
  }

  private func stateDifferences(
    _ together: ForeignTrainer.Run, _ cut: ForeignTrainer.Run, _ permuted: ForeignTrainer.Run
  ) -> [StateDifference] {
    together.state.sorted { $0.key < $1.key }.compactMap { key, value in
      guard let other = cut.state[key], let shuffled = permuted.state[key],
        other.count == value.count, shuffled.count == value.count
      else { return nil }
      let size = max(value.norm, other.norm)
      guard size != 0 else { return nil }
      let difference = other.subtracting(value).norm / size
      let spread = shuffled.subtracting(value).norm / size
      return StateDifference(
        slot: key.split(separator: "/").last.map(String.init) ?? key,
        difference: difference.isFinite ? difference : .infinity,
        allowed: max(
          spread.isFinite ? 8 * spread : 0, 64 * (report.splits.map(\.bound).max() ?? 0),
          1024 * roundoff))
    }
  }

  /// Finds out whether a schedule advances with each part.
  private func examineRates(_ together: ForeignTrainer.Run, _ cut: ForeignTrainer.Run) {
    let (one, many) = (together.updates[0].told.rates ?? [], cut.updates[0].told.rates ?? [])
    guard !one.isEmpty else { return }
    let differs =
      one.count != many.count
      || zip(one, many).contains { ($0 - $1).magnitude > 16 * 0x1p-53 * $0.magnitude }
    let words = [one, many].map { $0.map(\.brief).joined(separator: ", ") }
    find(
      Statement(
        law: "learning rate", promise: "the learning rate after the parts is that after the whole"),
      differs ? "\(words[1]) after the parts, \(words[0]) after the whole" : words[0],
      differs ? .fails : .holds)
    if differs { diagnose(.ratePerPart) }
  }
}
