import TrainingCore

/// A step of the optimizer lowers the loss, if it is short enough.
///
/// From a cold start the first step of every optimizer here goes downhill: the gradient of
/// L + λ/2|w|² has a positive product with it. How short is short enough, the loss surface says in
/// `Double`: the learning rate is the power of two, from large to small, at which the formula's step
/// lowers it most. Where that is more than four times what roundings may add to both losses, the
/// trainer's own step has to lower its own loss by half of that at least, the decay's share included.
///
/// Decoupled weight decay belongs to no loss: its steps are certified by L alone.
///
/// It does not hold of later steps, which momentum may take uphill, nor at any rate: a step that is
/// too long raises the loss.
public enum DescentLaw {
  private static let statement = Statement(
    law: "descent",
    promise: "a first step at a certified rate lowers the loss, with λ/2|w|² where weights decay",
    explanation: "Nocedal & Wright 2006, section 3.1; "
      + "Tests/VerificationTests/DescentLawTests.swift")

  /// Checks the law on some samples of a subject's batch.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      try subject.requireUnweighted()
      let part = subject.passes(count: 1, size: subject.boundedSamples)[0]
      let certificate = try certify(subject, part: part)
      try require(
        certificate.decrease > 4 * certificate.bound,
        "no rate lowers the loss by more than rounding")
      let configuration = subject.configuration
      let batch = subject.part(part)
      var first = try subject.trainer(T.self, state: subject.coldState)
      let before = first.accumulateGradient(of: batch).loss.value
      first.step(learningRate: certificate.learningRate, batchSize: part.count)
      let moved = first.state.parameters
      let after = try Probe<T>(subject, parameters: moved).gradient(of: [batch]).tally.loss.value
      let decay =
        configuration.decayLoss(subject.state.parameters, count: part.count)
        - configuration.decayLoss(moved, count: part.count)
      return Outcome(
        holds: 2 * (before - after + decay) >= certificate.decrease,
        "from \(sixDigits(before)) to \(sixDigits(after)) over \(part.count) samples at η = "
          + "\(certificate.learningRate.brief); \(certificate.decrease.brief) of decrease are "
          + "certified")
    }
  }

  /// A learning rate at which the formula's step lowers the loss, by how much, in `Double`, and how far
  /// roundings may take the two losses together.
  private static func certify(
    _ subject: Subject, part: Range<Int>
  ) throws -> (learningRate: Double, decrease: Double, bound: Double) {
    let surface = try LossSurface(subject)
    let batch = subject.part(part)
    let origin = surface.origin
    let configuration = subject.configuration
    let sum = Double(part.count) * surface.gradient(of: part)
    let step = StepFormula.Step(
      from: origin.values, configuration: configuration, gradientSum: sum.exact,
      divisor: .exact(Double(part.count)))
    // From a cold start every step is in proportion to η.
    let move = ParameterVector(step.displacement.map { $0.value.isFinite ? $0.value : 0 })
    func objective(_ weights: [Tensor]) -> Double {
      surface.loss(of: part, at: ParameterVector(weights.numbers))
        + configuration.decayLoss(weights, count: part.count)
    }
    let before = objective(subject.state.parameters)
    var best = (rate: 0.0, decrease: 0.0, weights: subject.state.parameters)
    var rate = origin.visibleRate(of: move) * 0x1p-10
    for _ in 0..<20 {
      var moved = origin
      moved.add(rate, times: move)
      let weights = moved.tensors(like: subject.state.parameters)
      let decrease = before - objective(weights)
      if decrease > best.decrease { best = (rate, decrease, weights) }
      rate /= 2
    }
    let bound =
      try RoundingAllowance(subject, batch).lossError
      + RoundingAllowance(subject, batch, at: best.weights).lossError
    return (best.rate, best.decrease, bound)
  }
}

extension RunConfiguration {
  /// Nλ/2|w|² over what isn't frozen: what weight decay adds to the sum of N losses;
  /// decoupled decay is no part of a loss.
  fileprivate func decayLoss(_ weights: [Tensor], count: Int) -> Double {
    let learned = weights.numbers.dropFirst(model.frozenCount)
    return Double(count) * optimizer.l2Penalty / 2 * learned.reduce(0) { $0 + $1 * $1 }
  }
}
