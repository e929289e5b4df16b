import Statistics
import TrainingCore

/// k steps on the parts of a batch differ from one step on the whole by a known term of order η².
///
/// Plain gradient descent; part j, a share ωⱼ of the batch, has the mean loss Lⱼ with gradient gⱼ
/// and Hessian Hⱼ at the weights w₀, and its step the learning rate ωⱼη. From
/// wⱼ = wⱼ₋₁ − ωⱼη ∇Lⱼ(wⱼ₋₁) follow wⱼ₋₁ = w₀ − η Σᵢ<ⱼ ωᵢgᵢ + O(η²) and
/// ∇Lⱼ(wⱼ₋₁) = gⱼ − η Hⱼ Σᵢ<ⱼ ωᵢgᵢ + O(η²), so that
///
///     w_k = w₀ − η Σⱼ ωⱼgⱼ + η² Σⱼ ωⱼHⱼ Σᵢ<ⱼ ωᵢgᵢ + O(η³).
///
/// The first two terms are one step on the whole, whose gradient is Σⱼ ωⱼgⱼ. So the difference is
/// η² Σⱼ ωⱼHⱼ Σᵢ<ⱼ ωᵢgᵢ + O(η³); with k equal parts, ωⱼ = 1/k, it is (η/k)² Σⱼ Hⱼ Σᵢ<ⱼ gᵢ.
///
/// It says nothing where a kink of a rectifier lies on the way. It does not hold, and the
/// difference is of order 1, not 2, wherever the whole's gradient isn't the mean of the parts': for
/// batch normalisation without groups that divide the parts, for dropout masks that are drawn anew,
/// for unequal parts at equal learning rates, and for any momentum that is kept. Nor does it show
/// that gⱼ is the gradient of the loss, since it holds for every smooth field with the derivative
/// Hⱼ: other tests are for that.
public enum SecondOrderLaw {
  private static let statement = Statement(
    law: "second-order law",
    promise: "k steps at η/k on k parts − one at η = (η/k)² Σⱼ Hⱼ Σᵢ<ⱼ gᵢ + O(η³): "
      + "orders 2 and 3",
    explanation: "Hessian products: Pearlmutter 1994; "
      + "Tests/VerificationTests/SecondOrderLawTests.swift",
    about: .model)

  /// Checks the law on the first three samples of a subject's batch, or three groups of samples where
  /// a layer couples them.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    try statement.findings {
      try subject.requireUnweighted()
      let parts = try subject.equalParts(count: 3, size: 1)
      do {
        return try outcome(LossSurface(subject), parts: parts)
      } catch let error as ModelError {
        throw NotApplicable(error.description)
      }
    }
  }

  private static func outcome(_ surface: LossSurface, parts: [Range<Int>]) throws -> Outcome {
    let coefficient = try coefficient(surface, parts: parts)
    guard let ladder = try ladder(surface, parts: parts, coefficient: coefficient) else {
      throw NotApplicable("a kink of a rectifier lies in each step above rounding")
    }
    let result = measure(surface, parts: parts, steps: ladder.steps, coefficient: coefficient)
    try require(result.isAboveRounding, "what is left is lost in rounding")
    let holds = result.order.isAbout(2) && result.remainderOrder.isAbout(3)
    let orders = list([result.order, result.remainderOrder].map { $0.order.order(decimals: 4) })
    try require(holds || result.isSettled, "the orders, \(orders), don't settle above rounding")
    return Outcome(holds: holds, "orders \(orders), on \(parts.count) parts of \(parts[0].count)")
  }

  /// For several learning rates η, `steps`: ‖w_k − w‖, ‖w_k − w − predicted‖, and about what rounding may
  /// add to that, for choosing steps, not for judging.
  struct Measurement {
    let steps: [Double]
    let differences: [Double]
    let remainders: [Double]
    let floors: [Double]

    /// The order of the difference in η, 2 where the law holds.
    var order: ConvergenceOrder { ConvergenceOrder(steps: steps, remainders: differences) }

    /// The order of what the predicted term leaves, 3 where the law holds.
    var remainderOrder: ConvergenceOrder { ConvergenceOrder(steps: steps, remainders: remainders) }

    /// Whether the finer half of the steps has the orders of the coarser half, within the allowance:
    /// whether the steps are small enough for the leading terms to lead.
    var isSettled: Bool {
      let half = steps.count / 2
      return [differences, remainders].allSatisfy { left in
        let orders = [0...half, half...steps.count - 1].map {
          ConvergenceOrder(steps: Array(steps[$0]), remainders: Array(left[$0])).order
        }
        return (orders[0] - orders[1]).magnitude <= ConvergenceOrder.allowance
      }
    }

    /// Whether every remainder is at least 64 times what rounding adds.
    ///
    /// Rounding then moves each logarithm by at most 1/63, and the slope over four halvings, by
    /// least squares, by at most 0.8/(63 log 2) = 0.018: less than the allowance.
    var isAboveRounding: Bool { zip(remainders, floors).allSatisfy { $0 >= 64 * $1 } }
  }

  /// The term of second order without its η², Σⱼ ωⱼHⱼ Σᵢ<ⱼ ωᵢgᵢ, for neighbouring parts in the order
  /// of their steps.
  static func coefficient(
    _ surface: LossSurface, parts: [Range<Int>]
  ) throws(ModelError) -> ParameterVector {
    let count = Double(parts.reduce(0) { $0 + $1.count })
    var earlier = ParameterVector.zeros(like: surface.origin)
    var coefficient = earlier
    for (index, part) in parts.enumerated() {
      let share = Double(part.count) / count
      if index > 0 {
        coefficient.add(share, times: try surface.curvature(of: part, along: earlier))
      }
      if index < parts.count - 1 { earlier.add(share, times: surface.gradient(of: part)) }
    }
    return coefficient
  }

  /// The steps on the parts: the weights before each of them, and the displacement Σⱼ −ηⱼ∇Lⱼ(wⱼ₋₁).
  ///
  /// The trainer takes the steps. Displacements are summed apart, because the rounding of the
  /// weights themselves would drown a difference of third order.
  static func walk(
    _ surface: LossSurface, parts: [Range<Int>], learningRates: [Double], epoch: Int = 0
  ) -> (points: [ParameterVector], displacement: ParameterVector) {
    var trainer = surface.trainer
    var displacement = ParameterVector.zeros(like: surface.origin)
    var points: [ParameterVector] = []
    for (part, rate) in zip(parts, learningRates) {
      points.append(ParameterVector(trainer.parameters))
      trainer.accumulate(surface.subject.part(part, epoch: epoch))
      displacement.add(-rate, times: trainer.meanGradient(count: part.count))
      trainer.step(learningRate: rate, batchSize: part.count)
    }
    return (points, displacement)
  }

  /// The places of neighbouring parts together.
  private static func whole(_ parts: [Range<Int>]) -> Range<Int> {
    (parts.first?.lowerBound ?? 0)..<(parts.last?.upperBound ?? 0)
  }

  /// The learning rates of the parts' steps: their shares ωⱼη of the whole's.
  static func shares(of parts: [Range<Int>], learningRate: Double) -> [Double] {
    let count = Double(parts.reduce(0) { $0 + $1.count })
    return parts.map { learningRate * Double($0.count) / count }
  }

  /// Measures differences and remainders at learning rates `steps`, with the predicted coefficient of
  /// η² and the parts' dropout masks of `epoch`; the whole's are those of epoch 0.
  static func measure(
    _ surface: LossSurface, parts: [Range<Int>], steps: [Double], coefficient: ParameterVector,
    epoch: Int = 0
  ) -> Measurement {
    let gradient = surface.gradient(of: whole(parts))
    let scale = gradient.norm
    let curvature = coefficient.norm / scale
    let rounding = surface.relativeRounding(samples: whole(parts).count)
    var differences: [Double] = []
    var remainders: [Double] = []
    for step in steps {
      let rates = shares(of: parts, learningRate: step)
      var difference = walk(surface, parts: parts, learningRates: rates, epoch: epoch).displacement
      difference.add(step, times: gradient)
      differences.append(difference.norm)
      difference.add(-step * step, times: coefficient)
      remainders.append(difference.norm)
    }
    let weights = surface.origin.norm
    return Measurement(
      steps: steps, differences: differences, remainders: remainders,
      floors: steps.map { $0 * rounding * (scale + curvature * weights) })
  }

  /// Four learning rates, each half of the one before, at which the law can be seen: small against the
  /// curvature, no kink on the way, and the remainder well above rounding.
  ///
  /// The largest has ηλ = 2⁻¹¹, with λ the coefficient's length in units of the gradient's, so that
  /// the next term of the expansion, about ηλ times the leading one, doesn't bend the slope. It is
  /// divided by four while a rectifier's pattern changes (`skipped` times), down to where the smallest
  /// remainder, about (ηλ/8)² of a step, would be lost in rounding. It is nil where every one crosses
  /// a kink or the law is trivial.
  static func ladder(
    _ surface: LossSurface, parts: [Range<Int>], coefficient: ParameterVector
  ) throws(ModelError) -> (steps: [Double], skipped: Int)? {
    let curvature = coefficient.norm / surface.gradient(of: whole(parts)).norm
    guard curvature > 0, curvature.isFinite else { return nil }
    let least = 8 * (64 * surface.relativeRounding(samples: whole(parts).count)).squareRoot()
    var length = 0x1p-11
    var skipped = 0
    while length >= least {
      let largest = length / curvature
      if try !crossesKink(surface, parts: parts, learningRate: largest) {
        return ((0..<4).map { largest / Double(1 << $0) }, skipped)
      }
      length /= 4
      skipped += 1
    }
    return nil
  }

  /// Whether a rectifier's unit is active for a sample where its part's step begins, but not at the
  /// first weights, or the other way round.
  static func crossesKink(
    _ surface: LossSurface, parts: [Range<Int>], learningRate: Double
  ) throws(ModelError) -> Bool {
    guard surface.subject.configuration.model.hasKinks else { return false }
    let rates = shares(of: parts, learningRate: learningRate)
    let points = walk(surface, parts: parts, learningRates: rates).points
    return zip(parts, points).dropFirst().contains { part, point in
      surface.branches(of: part, at: point) != surface.branches(of: part)
    }
  }
}

extension LossSurface {
  /// The relative rounding error of a gradient, about: √n u for n roundings on the longest way of a
  /// number through a forward and a backward pass (Higham & Mary 2019, "A New Approach to
  /// Probabilistic Rounding Error Analysis").
  fileprivate func relativeRounding(samples: Int) -> Double {
    let model = subject.configuration.model
    let count = zip(model.layers, (try? model.shapes()) ?? []).reduce(samples) { count, pair in
      count + pair.0.traits.roundings(samples, pair.1.positions)
    }
    return Double(count).squareRoot() * RoundingBounds.unitRoundoff(of: Double.self)
  }
}
