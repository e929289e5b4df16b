import Foundation

extension LoopExamination {
  /// Whether an update finds the gradient of the one before.
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
    let size = alone.gradient.norm
    let left = rest.dot(before.gradient) / before.gradient.dot(before.gradient)
    let law = "next update"
    let promise = "an update's gradient is its own, whatever came before"
    // Gradients that are left over are those of the first update; a sixteenth of them is more than
    // weights that have moved by so little explain.
    if rest.norm <= before.gradient.norm / 16 {
      return find(
        law, promise,
        "differs by \((rest.norm / size).brief) of it, after weights have moved a little", .holds)
    }
    guard left > 1.0 / 16, rest.subtracting(before.gradient.scaled(by: left)).norm < rest.norm / 2
    else {
      return find(
        law, promise,
        "differs by \((rest.norm / size).brief) of it, which isn't the gradient before",
        .cannotTell)
    }
    find(law, promise, "\(left.share) times the gradient before is in it", .fails)
    diagnose(.notCleared, "The next update has \(left.share) times the gradient of the one before.")
  }

  /// Whether the program's own optimizer comes to the same state by parts as by the whole.
  func examineOptimizer() throws(TrainerFailure) {
    let law = "own optimizer"
    let promise = "state after the parts and one step is the state after the whole and one step"
    guard let name = trainer.optimizer else {
      return find(law, promise, "the program has no optimizer of its own", .notApplicable)
    }
    guard let split = splits.first(where: { $0.sizes.count > 1 }) else { return }
    var own = setting
    own.rate = nil
    let together: ForeignTrainer.Run
    let cut: ForeignTrainer.Run
    let permuted: ForeignTrainer.Run
    do throws(TrainerFailure) {
      together = try trainer.run([[batch]], own, wantsState: true)
      cut = try trainer.run([parts(split)], own, wantsState: true)
      permuted = try trainer.run([[Array(batch.reversed())]], own, wantsState: true)
    } catch {
      guard error.isRefusal else { throw error }
      return find(law, promise, error.description, .cannotTell)
    }
    examineRates(together, cut)
    if together.counts != cut.counts {
      find(
        law, promise,
        "step counts \(cut.counts.map(\.share)) after the parts, \(together.counts.map(\.share)) after "
          + "the whole", .fails)
      if !report.diagnosis.contains(.stepPerPart), !report.diagnosis.contains(.notCleared) {
        diagnose(.statePerPart)
      }
      return
    }
    let isAccused = report.findings.contains {
      $0.law.hasPrefix(Self.splitLaw) && $0.verdict == .fails
    }
    let isUnread = report.splits.isEmpty
    var worst = (difference: 0.0, allowed: 0.0, name: "")
    for (key, value) in together.state.sorted(by: { $0.key < $1.key }) {
      guard let other = cut.state[key], let shuffled = permuted.state[key],
        other.count == value.count, shuffled.count == value.count, value.norm > 0
      else { continue }
      let difference = other.subtracting(value).norm / value.norm
      let allowed = max(
        8 * shuffled.subtracting(value).norm / value.norm,
        64 * (report.splits.map(\.bound).max() ?? 0), 1024 * roundoff)
      if difference - allowed > worst.difference - worst.allowed || worst.name.isEmpty {
        worst = (difference, allowed, key)
      }
    }
    if isUnread, together.updates[0].norm == 0 {
      return find(law, promise, "no weight moves with \(name) either", .cannotTell)
    }
    guard !worst.name.isEmpty else {
      return find(law, promise, "\(name) keeps no state", .notApplicable)
    }
    let slot = worst.name.split(separator: "/").last.map(String.init) ?? ""
    let measured =
      "\(name): \(slot) differs by \(worst.difference.brief) of it; rounding explains "
      + worst.allowed.brief
    let holds = worst.difference <= worst.allowed
    if isAccused {
      return find(law, promise, measured + "; the gradients differ already", .notApplicable)
    }
    find(law, promise, measured, holds ? .holds : .fails)
    if !holds {
      diagnose(
        .statePerPart,
        isUnread
          ? "\(slot) isn't the whole batch's, and no gradient is left when the step comes."
          : "\(slot) isn't the whole batch's.")
    }
  }

  /// Whether a schedule advances with each part.
  private func examineRates(_ together: ForeignTrainer.Run, _ cut: ForeignTrainer.Run) {
    let (one, many) = (together.updates[0].rates, cut.updates[0].rates)
    guard !one.isEmpty else { return }
    let promise = "the learning rate after the parts is that after the whole"
    let differs =
      one.count != many.count
      || zip(one, many).contains { ($0 - $1).magnitude > 16 * 0x1p-53 * $0.magnitude }
    find(
      "learning rate", promise,
      differs
        ? "\(many.map(\.brief).joined(separator: ", ")) after the parts, "
          + "\(one.map(\.brief).joined(separator: ", ")) after the whole"
        : one.map(\.brief).joined(separator: ", "), differs ? .fails : .holds)
    if differs { diagnose(.ratePerPart) }
  }
}
