import Statistics
import TrainingCore

/// The step that the published loop of online batch-size selection really takes.
///
/// The described method takes one step per part, at η/k, each by its own part's gradient. In the
/// published loop the parts' losses are all computed before the first step and the gradients are
/// not cleared between steps: step i applies g₁ + … + gᵢ, every one at the weights before the first
/// step. So the loop moves by
///
///     −(η/k) Σᵢ Σⱼ≤ᵢ gⱼ = −(η/k) Σⱼ (k − j + 1) gⱼ,
///
/// part 1 counting k times and part k once. For equal gradients that is −ηg (k + 1)/2: (k + 1)/2 times
/// the described method, 2.5 times for four parts. It is not the described method, with any
/// learning rate: the weights of the parts differ, and their gradients are stale.
public enum PublishedLoopLaw {
  /// How much farther the loop over k parts moves than the described method, for equal gradients:
  /// (k + 1)/2.
  public static func effectiveWeight(parts count: Int) -> Double { Double(count + 1) / 2 }

  private static let statement = Statement(
    law: "published loop",
    promise: "gradients that aren't cleared: (k + 1)/2 of the described step, at stale weights",
    explanation: "Tests/VerificationTests/PublishedLoopLawTests.swift")

  /// Checks the law on some samples of a subject's batch.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      try subject.requirePlainDescent()
      let parts = subject.passes(count: 3, size: 2)
      let rate = try subject.visibleRate(of: trainer, parts[0])
      let prediction = try measure(subject, of: trainer, parts: parts, learningRate: rate)
      let count = parts.reduce(0) { $0 + $1.count }
      let described = rate * (try subject.gradientSum(of: trainer, parts)).norm / Double(count)
      let share = ParameterVector(prediction.measured).norm / described
      return Outcome(prediction, remark: "; \(share.brief) times as far as one step on the whole")
    }
  }

  /// The loop's displacement over parts of one size, beside −(η/k) Σⱼ (k − j + 1) gⱼ.
  ///
  /// The gradients of parts are those that the trainer tells of each alone. A sum of several is off
  /// by roundings in any order (`RoundingAllowance`), and so is each of them; a step rounds its
  /// factors as in linear scaling.
  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, parts: [Range<Int>], learningRate: Double
  ) throws -> BoundedPrediction {
    let rate = learningRate / Double(parts.count)
    var run = FrozenGradientRun(subject, of: trainer, optimizer: .sgd(SGDSpec()))
    var predicted = ParameterVector.zeros(like: run.origin)
    var bounds = predicted
    let gamma = RoundingBounds.gamma(8 + parts.count, of: Float.self)
    for (index, part) in parts.enumerated() {
      try run.step(on: Array(parts[...index]), learningRate: rate, batchSize: part.count)
      let allowance = try RoundingAllowance(subject, subject.part(part))
      let gradient = try subject.gradientSum(of: trainer, [part])
      let weight = rate * Double(parts.count - index) / Double(part.count)
      predicted.add(-weight, times: gradient)
      bounds.add(2 * weight, times: ParameterVector(allowance.gradientErrors))
      bounds.add(gamma * weight, times: gradient.magnitudes)
    }
    return run.prediction(predicted, within: bounds)
  }
}
