import Foundation
import TrainingCore

/// Adam's square-root rule: η√κ keeps the noise of its steps when batches are κ times as large.
///
/// Malladi, Lyu, Panigrahi & Arora 2022, "On the SDEs and Scaling Rules for Adaptive Gradient
/// Algorithms": where a gradient is nearly all noise, Adam approximates a stochastic differential
/// equation, to first order in weak error, if 1 − β₁ and 1 − β₂ shrink as η² does. Noise is smaller
/// by √κ in the larger batch, Adam divides by its size, and there are κ times fewer steps for the
/// same samples; the equation stays the same with
///
///     η → η√κ,  β₁ → 1 − κ(1 − β₁),  β₂ → 1 − κ(1 − β₂),  ε → ε/√κ.
///
/// Its test needs no random numbers. Gradients that are ±σ, either sign as likely, have the one
/// mean and variance that the equation knows of, and v̂ = σ² at every step, so that Adam is linear:
/// w_T − w_T₀ = −Σₛ cₛgₛ, with cₛ = (1 − β₁) Σₜ ηₜβ₁ᵗ⁻ˢ over t from max(s, T₀ + 1) to T and
/// ηₜ = η/((1 − β₁ᵗ)(σ + ε)). The second moment of the displacement is σ² Σₛ cₛ², exactly.
///
/// What doesn't hold: linear scaling of η, which makes the noise's second moment κ times as large;
/// and the square root where a gradient is all signal, for then a step is η long and κ steps are
/// one at κη. For β the rule is the linear part of βᵏ, which keeps the half-life in samples (Marek,
/// Lotfi, Somasundaram, Wilson & Goldblum 2025, "Small Batch Size Training for Language Models") and
/// serves beyond κ(1 − β) = 1 too.
public enum AdamScalingLaw {
  /// A learning rate η and Adam's other hyperparameters.
  public struct Rule: Equatable, Sendable {
    /// The learning rate η.
    public var learningRate: Double
    /// β₁, β₂ and ε.
    public var spec: AdamSpec

    /// Creates a rule.
    public init(learningRate: Double, spec: AdamSpec) {
      self.learningRate = learningRate
      self.spec = spec
    }

    /// The square-root rule for batches κ times as large, with κ(1 − β) below 1: η√κ,
    /// 1 − κ(1 − β₁), 1 − κ(1 − β₂), ε/√κ.
    public func squareRoot(_ factor: Int) -> Rule {
      let kappa = Double(factor)
      var rule = self
      rule.learningRate *= kappa.squareRoot()
      rule.spec = spec.squareRootScaled(kappa)
      return rule
    }

    /// Linear scaling for batches κ times as large, which is wrong for noise: the square-root rule,
    /// but with κη.
    public func linear(_ factor: Int) -> Rule {
      var rule = squareRoot(factor)
      rule.learningRate = Double(factor) * learningRate
      return rule
    }
  }

  /// The decay βᵏ that has the same half-life in samples for batches κ times as large, or 1/k of
  /// that for each of k parts.
  public static func sameHalfLife(_ decay: Double, factor: Double) -> Double { pow(decay, factor) }

  /// The half-life in samples of a decay β between 0 and 1, B log ½/log β: after how many a gradient
  /// counts half.
  public static func halfLife(of decay: Double, batchSize: Int) -> Double {
    Double(batchSize) * log(0.5) / log(decay)
  }

  /// E(w_T − w_T₀)² of Adam with gradients ±σ, exactly: σ² Σₛ cₛ², by a recursion from the last step T
  /// back to T₀, which is 0 for all steps.
  public static func secondMoment(
    _ rule: Rule, noise: Double, from start: Int, through end: Int
  ) -> Double {
    let beta = rule.spec.beta1
    var memory = 0.0
    var sum = 0.0
    for step in stride(from: end, to: 0, by: -1) {
      memory *= beta
      if step > start {
        let corrected = rule.learningRate / -expm1(Double(step) * log(beta))
        memory += corrected / (noise + rule.spec.epsilon)
      }
      let coefficient = (1 - beta) * memory
      sum += coefficient * coefficient
    }
    return noise * noise * sum
  }

  private static let statement = Statement(
    law: "Adam's square root",
    promise: "κ times the batch: η√κ, 1 − κ(1 − β), ε/√κ keep the noise, to order 1",
    explanation: "Malladi et al. 2022; Tests/VerificationTests/AdamScalingLawTests.swift",
    about: .rule)

  /// Checks the law with the hyperparameters of a subject's optimizer; model and data play no part,
  /// and what a trainer makes of the rule is for `AdamStepsLaw`.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    try statement.findings {
      let spec = try subject.requireAdam()
      try require(spec.beta1 > 0 && spec.beta2 > 0 && spec.epsilon >= 0, "β isn't between 0 and 1")
      let factor = 4
      var fine = spec
      let finer = 0x1p-9 / (1 - spec.beta1)
      fine.beta1 = 1 - 0x1p-9
      fine.beta2 = 1 - (1 - spec.beta2) * min(finer, 1)
      let result = measure(factor: factor, spec: fine) { $0.squareRoot($1) }
      let linear = measure(factor: factor, spec: fine) { $0.linear($1) }
      let excess = result.excesses.last ?? .nan
      return Outcome(
        holds: result.order.isAbout(1) && !linear.order.isAbout(1),
        "for gradients of pure noise, whatever the model: order \(result.order.order.brief); at "
          + "1 − β₁ = 2⁻¹² the noise is off by \(excess.brief) of itself, with κη by "
          + "\((linear.excesses.last ?? .nan).brief)")
    }
  }

  /// Compares a scaling for batches κ times as large with the original over the same samples, in four
  /// finer and finer steps, which divide 1 − β by powers of two.
  ///
  /// Both are run for eight times the memory of m, after four times that for the bias corrections.
  /// Returned are the excesses, the large batches' second moment over the small ones', less 1, and their
  /// order in the step, 1 − β₁ of the small batches: 1 where the rule holds, 0 where it doesn't.
  static func measure(
    factor: Int, spec: AdamSpec, scaling: (Rule, Int) -> Rule
  ) -> (excesses: [Double], order: ConvergenceOrder) {
    let divisors = (0..<4).map { Double(1 << $0) }
    let steps = divisors.map { (1 - spec.beta1) / $0 }
    let excesses = zip(steps, divisors).map { step, divisor in
      var spec = spec
      spec.beta1 = 1 - step
      spec.beta2 = 1 - (1 - spec.beta2) / divisor
      let rule = Rule(learningRate: step.squareRoot(), spec: spec)
      let memory = Int((1 / step).rounded())
      let small = secondMoment(
        rule, noise: 1, from: 4 * memory * factor, through: 12 * memory * factor)
      let large = secondMoment(
        scaling(rule, factor), noise: 1 / Double(factor).squareRoot(), from: 4 * memory,
        through: 12 * memory)
      return large / small - 1
    }
    return (excesses, ConvergenceOrder(steps: steps, remainders: excesses))
  }
}
