import ReferenceTraining
import Statistics
import TrainingCore

/// Clipping breaks linear scaling, by a known amount.
///
/// A step applies fg with f = min(1, c/(‖g‖ + 10⁻⁶)) (Pascanu, Mikolov & Bengio 2013, algorithm 1).
/// Parts are clipped by their own norms: k steps at η/k, their gradients gⱼ taken at the same
/// weights, less one at η by g = Σⱼ gⱼ/k, are −(η/k) Σⱼ (fⱼ − f) gⱼ. It vanishes if no part is
/// clipped, for then the whole, which is no longer than the longest part, isn't either; and if all
/// parts have the same gradient. Where everything is clipped, the whole moves by ηc and the parts by
/// less, unless they all point the same way.
///
/// It is about plain gradient descent: with momentum or weight decay, `StepLaw` checks clipped steps
/// by the optimizer's formula. No learning rate makes up for the difference.
public enum ClippingLaw {
  private static let statement = Statement(
    law: "clipping", promise: "breaks linear scaling by −(η/k) Σⱼ (fⱼ − f) gⱼ",
    explanation: "Pascanu, Mikolov & Bengio 2013; "
      + "Tests/VerificationTests/ClippingLawTests.swift")

  /// Checks the law on some samples of a subject's batch, clipped at half of their gradient's norm,
  /// whatever the limit, so that it bites.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      try require(subject.configuration.clipNorm != nil, "gradients aren't clipped")
      let spec = try subject.requireDescent()
      try require(
        spec.momentum == 0 && spec.weightDecay == 0,
        "momentum or weight decay: see “optimizer's step”")
      let parts = subject.passes(count: 3, size: 2)
      let count = parts.reduce(0) { $0 + $1.count }
      let norm = try subject.gradientSum(of: trainer, parts).norm / Double(count)
      try require(norm > 0, "the gradient is zero")
      let rate = try subject.visibleRate(of: trainer, parts[0])
      let prediction = try measure(
        subject, of: trainer, parts: parts, limit: norm / 2, learningRate: rate)
      let difference = ParameterVector(prediction.measured).norm / rate
      return Outcome(
        prediction, remark: "; the difference has the norm \(difference.brief) at η = 1")
    }
  }

  /// Clipped steps on parts of one size, less one on all of them at η, beside −(η/k) Σⱼ (fⱼ − f) gⱼ.
  ///
  /// Norms and gradients are those that the trainer tells. A norm of P numbers is off by half of γ_P,
  /// in any order, and a step rounds its factors as without clipping.
  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, parts: [Range<Int>], limit: Double,
    learningRate: Double
  ) throws(ModelError) -> BoundedPrediction {
    var small = FrozenGradientRun(subject, of: trainer, optimizer: .sgd(SGDSpec()), clipNorm: limit)
    var large = small
    var predicted = ParameterVector.zeros(like: small.origin)
    var bounds = predicted
    func move(_ sum: ParameterVector, count: Int, by rate: Double) {
      let factor = factor(of: sum.exact, divisor: .exact(Double(count)), limit: limit)
      let gamma = RoundingBounds.gamma(4, of: Float.self)
      predicted.add(factor.value * rate, times: sum)
      bounds.add(
        rate.magnitude * (factor.error + gamma * (factor.value + factor.error)),
        times: sum.magnitudes)
    }
    let rate = learningRate / Double(parts.count)
    for part in parts {
      let step = try small.step(on: [part], learningRate: rate, batchSize: part.count)
      move(step.gradient, count: part.count, by: -rate)
    }
    let count = parts.reduce(0) { $0 + $1.count }
    let step = try large.step(on: parts, learningRate: learningRate, batchSize: count)
    move(step.gradient, count: count, by: learningRate)
    return BoundedPrediction(
      measured: (small.displacement - large.displacement).values, predicted: predicted.values,
      bounds: (bounds + small.roundings + large.roundings).values)
  }

  /// The factor min(1, c/(‖g‖ + 10⁻⁶))/B on a gradient of a sum, with the roundings of a norm that is
  /// summed in any order; 1/B without a limit c.
  static func factor(
    of sum: [ErrorBound], divisor: ErrorBound, limit: Double?
  ) -> ErrorBound {
    let share = .exact(1) / divisor
    guard let limit else { return share }
    let squares = sum.reduce(ErrorBound.zero) { $0.addingProduct($1, $1) }
    let coefficient = ErrorBound(limit) / (squares.squareRoot() * share + ErrorBound(1e-6))
    if coefficient.value - coefficient.error >= 1 { return share }
    let clipped = min(1, coefficient.value)
    // Beside 1, a coefficient that may be larger is off by no more.
    return share * ErrorBound(clipped, error: coefficient.error)
  }
}
