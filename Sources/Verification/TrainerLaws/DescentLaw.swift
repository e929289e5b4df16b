import ReferenceTraining
import TrainingCore

/// A step of the optimizer lowers the loss, if it is short enough.
///
/// From a cold start the first step of every optimizer here goes downhill: the gradient of
/// L + λ/2|w|² has a positive product with it. How short is short enough, the loss surface says in
/// `Double`: the learning rate is the power of two, from large to small, at which the formula's step
/// lowers it most. Where that is more than four times what roundings may add to both losses, the
/// trainer's own step has to lower its own loss by half of that at least, the decay's share included.
public enum DescentLaw {
  static let statement = Statement(
    law: "descent",
    promise: "a first step at a certified rate lowers the loss, with λ/2|w|² where weights decay",
    explanation: "Nocedal & Wright 2006, section 3.1; "
      + "Tests/VerificationTests/DescentLawTests.swift")

  /// Checks the law on some samples of a subject's batch.
  ///
  /// - Parameters:
  ///   - subject: Model, batch, optimizer and clipping.
  ///   - trainer: The trainer.
  /// - Returns: One finding.
  /// - Throws: What making the trainer throws.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    let part = subject.passes(count: 1, size: subject.boundedSamples)[0]
    guard let certificate = try Certificate(subject, part: part) else {
      return [statement.notApplicable(RoundingAllowance.unknown)]
    }
    guard certificate.decrease > 4 * certificate.bound else {
      return [statement.notApplicable("no rate lowers the loss by more than rounding")]
    }
    let configuration = subject.configuration
    let state = configuration.coldState(subject.state)
    let batch = subject.part(part)
    var first = try T(configuration, state: state, threads: subject.threads)
    let before = first.accumulateGradient(of: batch).loss.value
    first.step(learningRate: certificate.learningRate, batchSize: part.count)
    let moved = first.state.parameters
    let after = try Probe<T>(subject, parameters: moved).gradient(of: [batch]).tally.loss.value
    let decay =
      configuration.decayLoss(subject.state.parameters, count: part.count)
      - configuration.decayLoss(moved, count: part.count)
    let decrease = before - after + decay
    return [
      statement.finding(
        holds: 2 * decrease >= certificate.decrease,
        "from \(sixDigits(before)) to \(sixDigits(after)) over \(part.count) samples at η = "
          + "\(certificate.learningRate.brief); \(certificate.decrease.brief) of decrease are "
          + "certified")
    ]
  }

  /// A learning rate at which the formula's step lowers the loss.
  private struct Certificate {
    let learningRate: Double
    /// By how much, in `Double`.
    let decrease: Double
    /// How far roundings may take the two losses together.
    let bound: Double

    init?(_ subject: Subject, part: Range<Int>) throws(ModelError) {
      let surface = try LossSurface(subject)
      let batch = subject.part(part)
      let origin = surface.origin
      let configuration = subject.configuration
      let sum = Double(part.count) * surface.gradient(of: part)
      let step = StepFormula.Step(
        from: origin.values, slots: configuration.optimizer.emptySlots(origin.values.count),
        configuration: configuration,
        gradientSum: sum.values.map { ErrorBound($0, error: 0) }, batchSize: part.count,
        learningRate: 1, step: 1)
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
      guard let start = try RoundingAllowance(subject, batch),
        let end = try RoundingAllowance(subject, batch, at: best.weights)
      else { return nil }
      learningRate = best.rate
      decrease = best.decrease
      bound = start.lossError + end.lossError
    }
  }
}

extension RunConfiguration {
  /// Nλ/2|w|² over what isn't frozen: what weight decay adds to the sum of N losses.
  fileprivate func decayLoss(_ weights: [Tensor], count: Int) -> Double {
    let learned = weights.numbers.dropFirst(model.frozenCount)
    return Double(count) * optimizer.weightDecay / 2 * learned.reduce(0) { $0 + $1 * $1 }
  }
}
