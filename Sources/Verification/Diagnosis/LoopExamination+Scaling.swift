extension LoopExamination {
  /// Compares steps on the parts with one step on the whole, and estimates the noise scale.
  func examineScaling() throws(TrainerFailure) {
    let check = Statement(
      law: "second order",
      promise: "k steps at η/k on the parts differ from one at η by O(η²), and by O(η³) from the "
        + "prediction",
      explanation: "Goyal et al. 2017, section 2.1; "
        + "Tests/VerificationTests/SecondOrderLawTests.swift")
    guard let split = Split(batch.count, equalParts: 4) ?? Split(batch.count, equalParts: 2) else {
      return find(check, "the batch has no equal parts", .notApplicable)
    }
    let whole = try motion(of: [batch])
    let isSingle = setting.precision != "float64"
    let pieces = parts(split)
    let count = Double(pieces.count)
    let alone = try pieces.map { (part) throws(TrainerFailure) in
      try motion(of: [part], isRatedAtOnce: true)
    }
    let sum = alone.reduce(into: weights.map { _ in 0.0 }) { $0.add(1, times: $1.gradient) }
    // 1/k where the loss is a mean, 1 where it is a sum.
    let share = [1 / count, 1].first {
      sum.scaled(by: $0).subtracting(whole.gradient).norm
        <= max(8 * bound(whole), halfOfDigits * whole.gradient.norm)
    }
    guard let share, !isSingle, !report.diagnosis.contains(.notCleared) else {
      return find(
        check,
        isSingle
          ? "float64 is needed to see it"
          : "the whole's gradient is neither mean nor sum of equal parts' (clipping, or unequal "
            + "counts of what the loss averages over)", .notApplicable)
    }
    estimateNoise(alone, whole, split, isMean: share < 1)
    try measureOrder(pieces, share, check)
    if !report.splitFails { try compareRules(pieces) }
  }

  private func measureOrder(
    _ pieces: [[Int]], _ share: Double, _ check: Statement
  ) throws(TrainerFailure) {
    /// Steps on the parts less one on the whole, as a displacement.
    func difference(_ rate: Double) throws(TrainerFailure) -> [Double] {
      var one = setting
      one.rate = rate * share
      let small = try trainer.run(pieces.map { [$0] }, one).updates
      one.rate = rate
      let large = try trainer.run([[batch]], one).updates[0].vector
      var total = large.scaled(by: rate)
      for update in small { total.add(-rate * share, times: update.vector) }
      return total
    }
    // By gradient differences at a much smaller step: Σⱼ ω(gⱼ(w₀) − gⱼ(wⱼ₋₁))/η.
    let tiny = rate / 4
    let coarse = try difference(tiny).scaled(by: 1 / (tiny * tiny))
    let fine = try difference(tiny / 2).scaled(by: 4 / (tiny * tiny))
    let predicted = fine.scaled(by: 2).subtracting(coarse)
    let steps = (0..<4).map { 16 * rate / Double(1 << $0) }
    let differences = try steps.map(difference)
    let remainders = zip(steps, differences).map { step, left in
      var left = left
      left.add(-step * step, times: predicted)
      return left.norm
    }
    let order = ConvergenceOrder(steps: steps, remainders: differences.map(\.norm))
    let remainder = ConvergenceOrder(steps: steps, remainders: remainders)
    let rounding = 16 * roundoff * weights.norm
    guard (differences.last?.norm ?? 0) > 64 * rounding else {
      let reason = "the difference is lost in rounding: the loss has hardly any curvature"
      return find(check, reason, .notApplicable)
    }
    let orders = "orders " + list([order, remainder].map { $0.order.order(decimals: 3) })
    if order.isAbout(2) { return find(check, orders, .holds) }
    // A gradient that jumps on the way, at a kink, leaves other orders, but none of 1: that is what is
    // left where the first-order motions differ.
    order.isAbout(1)
      ? find(check, orders, .fails)
      : find(check, orders + ": a kink of the loss lies on the way", .notApplicable)
  }

  /// Estimates the gradient noise scale from the parts and the whole (`NoiseScaleEstimate`).
  private func estimateNoise(_ alone: [Motion], _ whole: Motion, _ split: Split, isMean: Bool) {
    func square(_ motion: Motion, _ count: Int) -> Double {
      let norm = isMean ? motion.update.norm : motion.update.norm / Double(count)
      return norm * norm
    }
    let size = split.sizes[0]
    let squares = alone.reduce(0) { $0 + square($1, size) }
    let estimate = NoiseScaleEstimate(
      small: (size, squares / Double(alone.count)),
      large: (batch.count, square(whole, batch.count)))
    if estimate.squaredGradient > 0, estimate.noiseScale >= 1 {
      report.noiseScale = estimate.noiseScale
    }
  }

  /// How far each rule for smaller batches keeps the motion of the own optimizer.
  private func compareRules(_ pieces: [[Int]]) throws(TrainerFailure) {
    let usual = trainer.hyperparameters
    guard trainer.optimizer != nil, trainer.abilities.contains("hyperparameters"),
      let learningRate = usual["lr"]?.first, learningRate > 0
    else { return }
    var own = setting
    own.rate = nil
    let passes = 4
    do throws(TrainerFailure) {
      // So short that gradients stay what they are.
      let step = try trainer.run([[batch]], own).updates[0].norm
      let length = trainer.weightNorm > 0 ? trainer.weightNorm : 1
      let factor = min(1, Self.powerOfTwo(near: 0x1p-14 * length / step))
      func motion(
        _ updates: [[[Int]]], _ changed: [String: Hyperparameter]
      ) throws(TrainerFailure) -> [Double] {
        own.hyperparameters = changed
        own.hyperparameters["lr"] = Hyperparameter((changed["lr"]?.first ?? learningRate) * factor)
        let run = try trainer.run(updates, own)
        return run.updates.dropFirst().reduce(into: run.updates[0].vector) {
          $0.add(1, times: $1.vector)
        }
      }
      let whole = try motion(Array(repeating: [batch], count: passes), [:])
      let small = (0..<passes).flatMap { _ in pieces.map { [$0] } }
      for rule in Self.rules(for: usual, parts: pieces.count) {
        let parts = try motion(small, rule.hyperparameters)
        let off = parts.subtracting(whole).norm / whole.norm
        guard off.isFinite else { continue }
        report.scaling.append(
          .init(rule: rule.name, hyperparameters: rule.hyperparameters, off: off))
      }
      report.scaling.sort { $0.off < $1.off }
      report.parts = pieces.count
    } catch let error where error.isRefusal {
      return
    }
  }

  /// The rules for k smaller batches in the place of one that an optimizer's hyperparameters allow, with
  /// the hyperparameters that they make of those of the large batch.
  private static func rules(
    for usual: [String: Hyperparameter], parts count: Int
  ) -> [(name: String, hyperparameters: [String: Hyperparameter])] {
    let k = Double(count)
    let rate = usual["lr"]?.first ?? 0
    var rules = [
      ("the same rate", ["lr": Hyperparameter(rate)]),
      ("linear: η/k", ["lr": Hyperparameter(rate / k)]),
      ("square root: η/√k", ["lr": Hyperparameter(rate / k.squareRoot())]),
    ]
    if let momentum = usual["momentum"]?.first, momentum > 0, momentum < 1 {
      let rule = MomentumScalingLaw.Rule(learningRate: rate, momentum: momentum).split(into: count)
      rules.append(
        (
          "momentum: β^(1/k), η(1 − β′)/(k(1 − β))",
          ["lr": Hyperparameter(rule.learningRate), "momentum": Hyperparameter(rule.momentum)]
        ))
    }
    if let betas = usual["betas"]?.values, betas.count == 2 {
      var changed = [
        "lr": Hyperparameter(rate / k.squareRoot()),
        "betas": Hyperparameter(1 - (1 - betas[0]) / k, 1 - (1 - betas[1]) / k),
      ]
      changed["eps"] = usual["eps"]?.first.map { Hyperparameter($0 * k.squareRoot()) }
      rules.append(("Adam: η/√k, 1 − (1 − β)/k, ε√k", changed))
    }
    return rules
  }
}
