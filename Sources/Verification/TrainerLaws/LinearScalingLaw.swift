import Statistics
import TrainingCore

/// Linear scaling: for plain gradient descent, one step at kη is k steps at η.
///
/// Exact while the gradient g stays what it is, since both are w₀ − kηg (Goyal et al. 2017, section
/// 2.1, where it is an assumption); how far it is off when it doesn't, `SecondOrderLaw` says.
///
/// It does not hold with momentum from a cold start (`MomentumScalingLaw`), for Adam and RMSprop,
/// whose steps don't grow with the gradient (`AdamScalingLaw`), with weight decay
/// (`DecoupledWeightDecayLaw`), and where gradients are clipped (`ClippingLaw`).
public enum LinearScalingLaw {
  private static let statement = Statement(
    law: "linear scaling", promise: "constant gradient: one step at kη = k steps at η = −kηg",
    explanation: "Goyal et al. 2017; Tests/VerificationTests/LinearScalingLawTests.swift")

  /// Checks the law on some samples of a subject's batch.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      try subject.requirePlainDescent()
      let part = subject.passes(count: 1, size: 5)[0]
      let rate = try subject.visibleRate(of: trainer, part)
      return Outcome(try measure(subject, of: trainer, part: part, count: 4, learningRate: rate))
    }
  }

  /// k steps at η by one part's gradient, and one at kη, each beside −kηg.
  ///
  /// Predicted is −η times the sum of the mean gradients that the trainer tells. A step rounds 1/B,
  /// η, the mean gradient and their product once each, and the weight as `FrozenGradientRun` says.
  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, part: Range<Int>, count: Int, learningRate: Double
  ) throws(ModelError) -> BoundedPrediction {
    var small = FrozenGradientRun(subject, of: trainer, optimizer: .sgd(SGDSpec()))
    var large = small
    var predicted = ParameterVector.zeros(like: small.origin)
    var reach = predicted
    for _ in 0..<count {
      let gradient = try small.step(on: part, learningRate: learningRate)
      predicted.add(-learningRate, times: gradient)
      reach.add(learningRate, times: gradient.magnitudes)
    }
    let rate = Double(count) * learningRate
    let gradient = try large.step(on: part, learningRate: rate)
    let gamma = RoundingBounds.gamma(6, of: Float.self)
    return BoundedPrediction([
      small.prediction(predicted, within: gamma * reach),
      large.prediction(-rate * gradient, within: gamma * rate * gradient.magnitudes),
    ])
  }
}
