import Foundation
import Statistics
import TrainingCore

/// Weight decay shrinks weights less in k steps on a batch's parts than in one step on the batch.
///
/// Decoupled decay is w ← (1 − ηλ)w − ηg (Loshchilov & Hutter 2019, algorithm 1), and that of AdamW
/// (algorithm 2) is the same where there is no gradient. This project's gradient descent adds λw to
/// the gradient, and without momentum w − η(g + λw) is the same. So k steps at η/k under a constant
/// gradient end at
///
///     w_k = ρw₀ − (1 − ρ)/λ · g,  ρ = (1 − ηλ/k)ᵏ,
///
/// since Σᵢ₍ₖ (η/k)(1 − ηλ/k)ⁱ = (1 − ρ)/λ. One step at η has 1 − ηλ in place of ρ. The difference is
/// δ(w₀ + g/λ) with δ = ρ − (1 − ηλ) = (ηλ)²(k − 1)/(2k) + O((ηλ)³): of second order. It vanishes
/// for a decay λ′ with (1 − ηλ′/k)ᵏ = 1 − ηλ, if g = 0.
///
/// It does not hold with momentum or plain Adam, where the two kinds of decay are not the same. Frozen
/// layers don't decay, so their difference is 0. A trainer is asked by steps of decay without a gradient.
public enum DecoupledWeightDecayLaw {
  /// How much less k steps shrink a weight than one does, δ = (1 − ηλ/k)ᵏ − (1 − ηλ) for ηλ below 1,
  /// by expm1 and log1p, without cancellation in the power.
  public static func excess(decay: Double, parts count: Int) -> Double {
    expm1(Double(count) * log1p(-decay / Double(count))) + decay
  }

  /// The leading term of δ, (ηλ)²(k − 1)/(2k).
  public static func leadingExcess(decay: Double, parts count: Int) -> Double {
    decay * decay * Double(count - 1) / Double(2 * count)
  }

  /// The decay of k small steps at η/k that shrinks as one large step does, for ηλ below 1:
  /// λ′ = (k/η)(1 − (1 − ηλ)^(1/k)).
  public static func matchedDecay(
    learningRate: Double, weightDecay: Double, parts count: Int
  ) -> Double {
    -Double(count) / learningRate * expm1(log1p(-learningRate * weightDecay) / Double(count))
  }

  private static let statement = Statement(
    law: "weight decay", promise: "(1 − ηλ/k)ᵏ instead of 1 − ηλ: δw is left, without a gradient",
    explanation: "Loshchilov & Hutter 2019; "
      + "Tests/VerificationTests/DecoupledWeightDecayLawTests.swift")

  /// Checks the law with the weight decay of a subject's optimizer.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      let optimizer = subject.configuration.optimizer
      if case .adamw(let spec) = optimizer {
        try require(spec.epsilon > 0, "with ε = 0, a step without a gradient is 0/0")
      } else {
        let spec = try subject.requireDescent()
        try require(spec.momentum == 0, "with momentum, decay isn't decoupled")
      }
      try require(optimizer.weightDecay > 0, "there is no weight decay")
      // About ½/λ, at which decay is large.
      let rate = ParameterVector.powerOfTwo(-optimizer.weightDecay.exponent - 2)
      let decay = rate * optimizer.weightDecay
      return Outcome(
        try measure(subject, of: trainer, optimizer: optimizer, learningRate: rate, parts: 3),
        remark: "; at ηλ = \(decay.brief), δ = \(excess(decay: decay, parts: 3).brief)")
    }
  }

  /// The weights after k steps at η/k of decay alone and after one at η, each beside the law's, for
  /// ηλ of at most ½.
  ///
  /// A step rounds η, λ and two products of them, which are at most half of the weight, and then the
  /// weight: five roundings at most.
  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, optimizer: OptimizerSpec, learningRate: Double,
    parts count: Int
  ) throws(ModelError) -> BoundedPrediction {
    var configuration = subject.configuration
    configuration.optimizer = optimizer
    configuration.clipNorm = nil
    let state = configuration.coldState(subject.state)
    var small = try subject.trainer(T.self, configuration, state: state)
    var large = try subject.trainer(T.self, configuration, state: state)
    for _ in 0..<count {
      small.step(learningRate: learningRate / Double(count), batchSize: 1)
    }
    large.step(learningRate: learningRate, batchSize: 1)
    let frozen = configuration.model.frozenCount
    let weights = state.parameters.numbers
    let decay = learningRate * optimizer.weightDecay
    let one = 1 - decay
    func predicted(_ factor: Double) -> [Double] {
      weights.enumerated().map { $0 < frozen ? $1 : factor * $1 }
    }
    let gamma = RoundingBounds.gamma(5 * count, of: Float.self)
    let bounds = weights.map { gamma * $0.magnitude + RoundingBounds.leastNumber }
    return BoundedPrediction(
      measured: small.state.parameters.numbers + large.state.parameters.numbers,
      predicted: predicted(one + excess(decay: decay, parts: count)) + predicted(one),
      bounds: bounds + bounds)
  }
}
