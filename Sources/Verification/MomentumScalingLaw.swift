import Foundation
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
/// Nesterov's form has the same steady displacement, η(g + βv) = ηg/(1 − β), and another transient.
public enum MomentumScalingLaw {
  /// A learning rate and its momentum.
  public struct Rule: Equatable, Sendable {
    /// The learning rate η.
    public let learningRate: Double
    /// The momentum β, below 1.
    public let momentum: Double

    /// Creates a rule.
    ///
    /// - Parameters:
    ///   - learningRate: The learning rate η.
    ///   - momentum: The momentum β, below 1.
    public init(learningRate: Double, momentum: Double) {
      self.learningRate = learningRate
      self.momentum = momentum
    }

    /// The rule for each of k parts of a batch.
    ///
    /// - Parameter count: The number of parts k.
    /// - Returns: β^(1/k) and the learning rate that keeps the steady displacement.
    public func split(into count: Int) -> Rule {
      let root = pow(momentum, 1 / Double(count))
      return Rule(
        learningRate: learningRate * (1 - root) / (Double(count) * (1 - momentum)), momentum: root)
    }

    /// The rule for a batch that is k of these together.
    ///
    /// - Parameter count: The number of batches k.
    /// - Returns: βᵏ and the learning rate that keeps the steady displacement.
    public func merged(_ count: Int) -> Rule {
      let power = pow(momentum, Double(count))
      return Rule(
        learningRate: Double(count) * learningRate * (1 - power) / (1 - momentum), momentum: power)
    }

    /// How far a step moves in the steady state, η/(1 − β), in units of the gradient.
    public var steadyDisplacement: Double { learningRate / (1 - momentum) }

    /// How far steps from a cold start move under a constant gradient, c(T), in units of it.
    ///
    /// - Parameter steps: The steps T.
    /// - Returns: c(T).
    public func displacement(steps: Int) -> Double {
      let memory = momentum * (1 - pow(momentum, Double(steps))) / (1 - momentum)
      return steadyDisplacement * (Double(steps) - memory)
    }
  }

  /// How far the small steps are ahead in the end, from a cold start, in units of the gradient.
  ///
  /// Less than 0 where they are behind. It is the limit of c′(kT) − c(T) for T → ∞ where both have the same steady displacement per sample.
  ///
  /// - Parameters:
  ///   - large: The rule of the step on the batch.
  ///   - small: The rule of each of the steps on its parts.
  ///   - count: The number of parts k.
  /// - Returns: η/(1 − β) · (β/(1 − β) − β′/(k(1 − β′))).
  public static func lag(of large: Rule, behind small: Rule, parts count: Int) -> Double {
    large.steadyDisplacement
      * (large.momentum / (1 - large.momentum)
        - small.momentum / (Double(count) * (1 - small.momentum)))
  }

  /// Takes steps with momentum from a cold start under a constant gradient.
  ///
  /// A step rounds the velocity once, all of its terms having one sign, and the weight once, which
  /// is nowhere larger than |w₀| + η/(1 − β) · T|g|; the mean gradient is rounded twice. The closed
  /// form takes some ten more operations, and its difference is smaller than the sum of its terms.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch.
  ///   - part: The samples whose gradient it is, as places in the batch.
  ///   - rule: Learning rate and momentum.
  ///   - steps: The steps T.
  /// - Returns: The weights, w₀ − c(T) g, and the bound.
  /// - Throws: What making the trainer throws.
  public static func measure(
    _ subject: Subject, part: Range<Int>, rule: Rule, steps: Int
  ) throws(ModelError) -> BoundedPrediction {
    let surface = try LossSurface(subject)
    var run = try FrozenGradientRun(
      subject, optimizer: .sgd(SGDSpec(momentum: rule.momentum)))
    for _ in 0..<steps { run.step(on: part, learningRate: rule.learningRate) }
    let origin = surface.origin
    let gradient = surface.gradient(of: part)
    var predicted = origin
    predicted.add(-rule.displacement(steps: steps), times: gradient)
    let gamma = RoundingBounds.gamma(2 * steps + 24, of: Double.self)
    let reach =
      rule.steadyDisplacement * (Double(steps) + rule.momentum / (1 - rule.momentum))
    return BoundedPrediction(
      measured: run.weights.values, predicted: predicted.values,
      bounds: zip(origin.values, gradient.values).map {
        gamma * ($0.magnitude + reach * $1.magnitude)
      })
  }

  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameter subject: Model, data and batch, of which some samples are used; its momentum, or
  ///   0.9 where it has none.
  /// - Returns: One finding.
  /// - Throws: Nothing that a model or batch is to blame for: those make it not applicable.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    var momentum = 0.9
    if case .sgd(let spec) = subject.configuration.optimizer, spec.momentum > 0, spec.momentum < 1 {
      momentum = spec.momentum
    }
    let large = Rule(learningRate: 0x1p-6, momentum: momentum)
    let small = large.split(into: 2)
    let naive = Rule(learningRate: large.learningRate / 2, momentum: momentum)
    let whole = large.displacement(steps: 3)
    return [
      Finding.ofPrediction(
        law: "momentum scaling",
        promise: "parts keep β^(1/k) and η(1 − β′)/(k(1 − β)); a cold start is predicted",
        explanation: "Tests/VerificationTests/MomentumScalingLawTests.swift", subject,
        remark: { _ in
          "; from rest, 3 steps are off by \((small.displacement(steps: 6) / whole - 1).brief), with "
            + "the same β by \((naive.displacement(steps: 6) / whole - 1).brief)"
        }
      ) { parts throws(ModelError) in
        let first = try measure(subject, part: parts[0], rule: small, steps: 6)
        let second = try measure(subject, part: parts[0], rule: naive, steps: 6)
        return first.worstShare > second.worstShare ? first : second
      }
    ]
  }
}
