import Foundation
import Statistics
import TrainingCore

/// How momentum is kept when a step on a batch becomes k steps on its parts, or the other way round.
///
/// Momentum v ← βv + g, w ← w − ηv, from v = 0 under a constant gradient g, gives
/// vₜ = g (1 − βᵗ)/(1 − β), and after T steps w = w₀ − c g with
///
///     c(T) = η/(1 − β) · (T − β(1 − βᵀ)/(1 − β)).
///
/// In the steady state, v = g/(1 − β), a step moves by ηg/(1 − β). Two things are to be kept *per
/// sample*: how a gradient is forgotten, so βᵏ of the small steps is β of the large one, and the
/// steady displacement, so kη′/(1 − β′) = η/(1 − β):
///
///     β′ = β^(1/k),  η′ = η (1 − β′)/(k (1 − β));
///     β = β′ᵏ,  η = kη′ (1 − β)/(1 − β′) = kη′ (1 + β′ + … + β′ᵏ⁻¹).
///
/// That is exact in the steady state, and only there: from a cold start the displacements approach
/// a constant distance, `lag`, of less than half a large step. With the same β and η/k the steady
/// displacement is kept as well, but memory in samples is k times shorter, and from a cold start
/// (or after the gradient turns) it is η/(1 − β) · β/(1 − β) · (1 − 1/k) g ahead in the end: 9 large
/// steps times 1 − 1/k for β = 0.9.
///
/// Nesterov's form moves by η(g + βvₜ) = η(1 − βᵗ⁺¹)/(1 − β) g, which is what the plain one moves by a
/// step later: c(T + 1) − c(1) after T steps, and the same steady displacement.
///
/// Weight decay adds λw₀ to the gradient, which is constant too where all gradients are taken at w₀.
///
/// What does not hold: linear scaling from rest; and any of this while gradients change or are clipped.
public enum MomentumScalingLaw {
  /// A learning rate and its momentum.
  public struct Rule: Equatable, Sendable {
    /// The learning rate η.
    public let learningRate: Double
    /// The momentum β, below 1.
    public let momentum: Double

    /// Creates a rule from a learning rate η and a momentum β below 1.
    public init(learningRate: Double, momentum: Double) {
      self.learningRate = learningRate
      self.momentum = momentum
    }

    /// The rule for each of k parts of a batch: β^(1/k), and the learning rate that keeps the steady
    /// displacement.
    public func split(into count: Int) -> Rule {
      let root = pow(momentum, 1 / Double(count))
      return Rule(
        learningRate: learningRate * (1 - root) / (Double(count) * (1 - momentum)), momentum: root)
    }

    /// The rule for a batch that is k of these together: βᵏ, and the learning rate that keeps the
    /// steady displacement.
    public func merged(_ count: Int) -> Rule {
      let power = pow(momentum, Double(count))
      return Rule(
        learningRate: Double(count) * learningRate * (1 - power) / (1 - momentum), momentum: power)
    }

    /// How far a step moves in the steady state, η/(1 − β), in units of the gradient.
    public var steadyDisplacement: Double { learningRate / (1 - momentum) }

    /// How far T steps from a cold start move under a constant gradient, in units of it: c(T), or
    /// c(T + 1) − c(1) in Nesterov's form.
    public func displacement(steps: Int, nesterov: Bool = false) -> Double {
      if nesterov { return displacement(steps: steps + 1) - displacement(steps: 1) }
      let memory = momentum * (1 - pow(momentum, Double(steps))) / (1 - momentum)
      return steadyDisplacement * (Double(steps) - memory)
    }
  }

  /// How far k small steps are ahead of a large one in the end, from a cold start, in units of the
  /// gradient: η/(1 − β) · (β/(1 − β) − β′/(k(1 − β′))), negative where the large steps are ahead.
  public static func lag(of large: Rule, behind small: Rule, parts count: Int) -> Double {
    large.steadyDisplacement
      * (large.momentum / (1 - large.momentum)
        - small.momentum / (Double(count) * (1 - small.momentum)))
  }

  private static let statement = Statement(
    law: "momentum scaling",
    promise: "parts keep β^(1/k) and η(1 − β′)/(k(1 − β)); a cold start is predicted",
    explanation: "Tests/VerificationTests/MomentumScalingLawTests.swift")

  /// Checks the law with the momentum of a subject's optimizer, on some samples of its batch.
  public static func findings<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      let spec = try subject.requireDescent()
      try require(spec.momentum > 0 && spec.momentum < 1, "there is no momentum between 0 and 1")
      try require(
        subject.configuration.clipNorm == nil, "gradients are clipped: see “optimizer's step”")
      let part = subject.passes(count: 1, size: 5)[0]
      let large = Rule(
        learningRate: try subject.visibleRate(of: trainer, part), momentum: spec.momentum)
      let small = large.split(into: 2)
      let naive = Rule(learningRate: large.learningRate / 2, momentum: spec.momentum)
      let predictions = try [(large, 3), (small, 6), (naive, 6)].map { rule, steps in
        try measure(
          subject, of: trainer, part: part, rule: rule, steps: steps, nesterov: spec.nesterov,
          weightDecay: spec.weightDecay)
      }
      func displacement(_ rule: Rule, _ steps: Int) -> Double {
        rule.displacement(steps: steps, nesterov: spec.nesterov)
      }
      let whole = displacement(large, 3)
      return Outcome(
        BoundedPrediction(predictions),
        remark:
          "; from rest, 3 steps are off by \((displacement(small, 6) / whole - 1).brief), with "
          + "the same β by \((displacement(naive, 6) / whole - 1).brief)")
    }
  }

  /// The displacement after T steps from a cold start by one part's gradient, beside −c(T)(g + λw₀).
  ///
  /// A step rounds 1/B, η, β, λ, the mean gradient and its sum with the decay once each, the
  /// velocity twice, and the weight as `FrozenGradientRun` says; β counts once for each step that the
  /// velocity remembers, and velocities are no longer than (|g| + λ|w₀|)/(1 − β).
  static func measure<T: SteppingTrainer>(
    _ subject: Subject, of trainer: T.Type, part: Range<Int>, rule: Rule, steps: Int,
    nesterov: Bool = false, weightDecay: Double = 0
  ) throws(ModelError) -> BoundedPrediction {
    let spec = SGDSpec(momentum: rule.momentum, nesterov: nesterov, weightDecay: weightDecay)
    var run = FrozenGradientRun(subject, of: trainer, optimizer: .sgd(spec))
    var gradient = ParameterVector.zeros(like: run.origin)
    for _ in 0..<steps { gradient = try run.step(on: part, learningRate: rule.learningRate) }
    let magnitudes = run.decayed(
      gradient.magnitudes, by: weightDecay, of: run.origin.magnitudes)
    let length = rule.displacement(steps: steps, nesterov: nesterov)
    let gamma = RoundingBounds.gamma(3 * steps + 16, of: Float.self)
    return run.prediction(
      -length * run.decayed(gradient, by: weightDecay), within: gamma * length * magnitudes)
  }
}
