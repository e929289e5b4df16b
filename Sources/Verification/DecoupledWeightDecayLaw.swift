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
/// layers nothing decays, and the difference is 0.
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

  /// Takes k steps at η/k under a constant gradient, and one at η.
  ///
  /// A step rounds g + λw and w once each; none of the numbers on the way is larger than
  /// |w₀| + η(|g| + λ|w₀|) in the end. The prediction takes some ten operations more.
  ///
  /// - Parameters:
  ///   - subject: Model, data and batch.
  ///   - part: The samples whose gradient it is, or nil for no gradient: decay alone.
  ///   - learningRate: The large step's learning rate η.
  ///   - weightDecay: The decay λ, with ηλ below 1.
  ///   - count: The number of small steps k.
  /// - Returns: The difference, k steps less one; δ(w₀ + g/λ); and the bound.
  /// - Throws: What making the trainer throws.
  public static func measure(
    _ subject: Subject, part: Range<Int>?, learningRate: Double, weightDecay: Double,
    parts count: Int
  ) throws(ModelError) -> BoundedPrediction {
    let surface = try LossSurface(subject)
    var small = try FrozenGradientRun(subject, optimizer: .sgd(SGDSpec(weightDecay: weightDecay)))
    var large = small
    let parts = part.map { [$0] } ?? []
    let size = part?.count ?? 1
    for _ in 0..<count {
      small.step(on: parts, learningRate: learningRate / Double(count), batchSize: size)
    }
    large.step(on: parts, learningRate: learningRate, batchSize: size)
    let origin = surface.origin
    let gradient = part.map { surface.gradient(of: $0) } ?? .zeros(like: origin)
    let frozen = surface.frozenCount
    let excess = excess(decay: learningRate * weightDecay, parts: count)
    let gamma = RoundingBounds.gamma(4 * count + 16, of: Double.self)
    return BoundedPrediction(
      measured: (small.weights - large.weights).values,
      predicted: zip(origin.values, gradient.values).enumerated().map { index, pair in
        index < frozen ? 0 : excess * (pair.0 + pair.1 / weightDecay)
      },
      bounds: zip(origin.values, gradient.values).map { weight, slope in
        gamma
          * (weight.magnitude
            + learningRate * (slope.magnitude + weightDecay * weight.magnitude))
      })
  }

  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameter subject: Model, data and batch, of which some samples are used.
  /// - Returns: One finding.
  /// - Throws: Nothing that a model or batch is to blame for: those make it not applicable.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    let (rate, decay) = (0x1p-4, 0.5)
    return [
      Finding.ofPrediction(
        law: "weight decay", promise: "(1 − ηλ/k)ᵏ instead of 1 − ηλ: δ(w + g/λ) is left",
        explanation: "Loshchilov & Hutter 2019; "
          + "Tests/VerificationTests/DecoupledWeightDecayLawTests.swift", subject,
        remark: { _ in "; δ = \(excess(decay: rate * decay, parts: 3).brief)" }
      ) { parts throws(ModelError) in
        try measure(subject, part: parts[0], learningRate: rate, weightDecay: decay, parts: 3)
      }
    ]
  }
}
