import Foundation
import TrainingCore

/// What weight decay adds when a step on a batch becomes k steps on its parts.
///
/// Decoupled decay is w ← (1 − ηλ)w − ηg (Loshchilov & Hutter 2019, algorithm 1). This project's
/// gradient descent adds λw to the gradient, and without momentum w − η(g + λw) is the same. So k
/// steps at η/k under a constant gradient end at
///
///     w_k = ρw₀ − (1 − ρ)/λ · g,  ρ = (1 − ηλ/k)ᵏ,
///
/// since Σᵢ₍ₖ (η/k)(1 − ηλ/k)ⁱ = (1 − ρ)/λ. One step at η has 1 − ηλ in place of ρ. The difference is
/// δ(w₀ + g/λ) with δ = ρ − (1 − ηλ) = (ηλ)²(k − 1)/(2k) + O((ηλ)³): of second order. It vanishes
/// for a decay λ′ with (1 − ηλ′/k)ᵏ = 1 − ηλ, if g = 0.
///
/// With momentum or Adam the two kinds of decay are not the same, and neither is this. Of frozen
/// layers nothing decays, and the difference is 0. A trainer is asked by steps of decay alone, with
/// no gradient.
public enum DecoupledWeightDecayLaw {
  /// How much less k steps shrink a weight than one does, δ = (1 − ηλ/k)ᵏ − (1 − ηλ).
  ///
  /// - Parameters:
  ///   - decay: ηλ, below 1.
  ///   - count: The number of steps k.
  /// - Returns: δ ≥ 0, by expm1 and log1p, without cancellation in the power.
  public static func excess(decay: Double, parts count: Int) -> Double {
    expm1(Double(count) * log1p(-decay / Double(count))) + decay
  }

  /// The leading term of δ, (ηλ)²(k − 1)/(2k).
  ///
  /// - Parameters:
  ///   - decay: ηλ.
  ///   - count: The number of steps k.
  /// - Returns: The term.
  public static func leadingExcess(decay: Double, parts count: Int) -> Double {
    decay * decay * Double(count - 1) / Double(2 * count)
  }

  /// The decay of the small steps that shrinks as one large step does.
  ///
  /// - Parameters:
  ///   - learningRate: The large step's learning rate η.
  ///   - weightDecay: Its decay λ, with ηλ below 1.
  ///   - count: The number of small steps k, at η/k.
  /// - Returns: λ′ = (k/η)(1 − (1 − ηλ)^(1/k)).
  public static func matchedDecay(
    learningRate: Double, weightDecay: Double, parts count: Int
  ) -> Double {
    -Double(count) / learningRate * expm1(log1p(-learningRate * weightDecay) / Double(count))
  }

  static let statement = Statement(
    law: "weight decay", promise: "(1 − ηλ/k)ᵏ instead of 1 − ηλ: δw is left, without a gradient",
    explanation: "Loshchilov & Hutter 2019; "
      + "Tests/VerificationTests/DecoupledWeightDecayLawTests.swift")

  /// Takes k steps at η/k of decay alone, and one at η.
  ///
  /// A step rounds η, λ and two products of them, which are at most half of the weight, and then the
  /// weight: five roundings at most.
  ///
  /// - Parameters:
  ///   - subject: Model and weights.
  ///   - trainer: The trainer.
  ///   - learningRate: The large step's learning rate η.
  ///   - weightDecay: The decay λ, with ηλ at most ½.
  ///   - count: The number of small steps k.
  /// - Returns: The weights after k steps and after one, the law's, and the bounds.
  /// - Throws: What making the trainer throws.
  public static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, learningRate: Double, weightDecay: Double,
    parts count: Int
  ) throws(ModelError) -> BoundedPrediction {
    var configuration = subject.configuration
    configuration.optimizer = .sgd(SGDSpec(weightDecay: weightDecay))
    configuration.clipNorm = nil
    let state = configuration.coldState(subject.state)
    var small = try T(configuration, state: state, threads: subject.threads)
    var large = try T(configuration, state: state, threads: subject.threads)
    for _ in 0..<count {
      small.step(learningRate: learningRate / Double(count), batchSize: 1)
    }
    large.step(learningRate: learningRate, batchSize: 1)
    let frozen = configuration.model.frozenCount
    let weights = state.parameters.numbers
    let one = 1 - learningRate * weightDecay
    func predicted(_ factor: Double) -> [Double] {
      weights.enumerated().map { $0 < frozen ? $1 : factor * $1 }
    }
    let gamma = RoundingBounds.gamma(5 * count, of: Float.self)
    let bounds = weights.map { gamma * $0.magnitude + RoundingBounds.leastNumber }
    return BoundedPrediction(
      measured: small.state.parameters.numbers + large.state.parameters.numbers,
      predicted: predicted(
        one + excess(decay: learningRate * weightDecay, parts: count)) + predicted(one),
      bounds: bounds + bounds)
  }

  /// Checks the law with someone's weight decay.
  ///
  /// - Parameters:
  ///   - subject: Model, weights and optimizer.
  ///   - trainer: The trainer.
  /// - Returns: One finding.
  /// - Throws: What making the trainer throws.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    guard case .sgd(let spec) = subject.configuration.optimizer else {
      return [statement.notApplicable(subject.configuration.otherOptimizer)]
    }
    guard spec.weightDecay > 0 else { return [statement.notApplicable("there is no weight decay")] }
    guard spec.momentum == 0 else {
      return [statement.notApplicable("with momentum, decay isn't decoupled")]
    }
    // About ½/λ, at which decay is large.
    let exponent = -spec.weightDecay.exponent - 2
    let rate = Double(sign: .plus, exponent: exponent, significand: 1)
    let decay = rate * spec.weightDecay
    return [
      statement.finding(
        try measure(
          subject, of: trainer, learningRate: rate, weightDecay: spec.weightDecay, parts: 3),
        remark: "; at ηλ = \(decay.brief), δ = \(excess(decay: decay, parts: 3).brief)")
    ]
  }
}
