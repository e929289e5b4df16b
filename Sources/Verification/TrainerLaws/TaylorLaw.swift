import Statistics
import TrainingCore

/// The gradient that a trainer tells is the slope of the losses that it tells.
///
/// L(w₊) − L(w₋) = ⟨∇L(w), w₊ − w₋⟩ + truncation, for w± = w ± hd rounded to `Float`. Both sides are
/// the trainer's own, by fresh trainers at w₊, w₋ and w. How far they may be apart is known: the
/// losses and the gradient by their roundings in any order (`RoundingAllowance`), and the truncation
/// is computed in `Double`, the same difference less the exact slope by dual numbers, and subtracted.
/// So h may be large and cross kinks. Of several h the one with the smallest bound is taken.
///
/// d is the gradient itself, along which a zero or a wrong sign shows most, and a random vector. Where
/// the bound is more than half of what is expected along the gradient, nothing can be said. A fault
/// that is orthogonal to both directions isn't seen.
public enum TaylorLaw {
  private static let statement = Statement(
    law: "slope of the loss",
    promise: "L(w + hd) − L(w − hd) = 2h⟨g, d⟩ + truncation, along the gradient and at random",
    explanation: "Griewank & Walther 2008, section 3.1; "
      + "Tests/VerificationTests/TaylorLawTests.swift")

  /// Checks the law on some samples of a subject's batch.
  public static func findings<T: GradientTrainer>(
    _ subject: Subject, of trainer: T.Type
  ) throws -> [Finding] {
    try statement.findings {
      let surface = try LossSurface(subject)
      let part = subject.passes(count: 1, size: subject.boundedSamples)[0]
      let gradient = surface.gradient(of: part)
      try require(gradient.norm > 0, "the gradient is zero")
      let random = ParameterVector.random(
        gradient.values.count, seed: subject.configuration.seed,
        frozen: subject.configuration.model.frozenCount)
      let along = try measure(surface, of: trainer, part: part, direction: gradient)
      let across = try measure(surface, of: trainer, part: part, direction: random)
      let (bound, expected) = (along.prediction.bounds[0], along.slope.magnitude)
      try require(2 * bound <= expected, "the slope is lost in rounding")
      return Outcome(
        BoundedPrediction([along.prediction, across.prediction]),
        remark: ", which is \((100 * bound / expected).brief) % of the slope")
    }
  }

  /// The trainer's difference of losses in one direction beside its gradient's, and the exact slope.
  private static func measure<T: GradientTrainer>(
    _ surface: LossSurface, of trainer: T.Type, part: Range<Int>, direction: ParameterVector
  ) throws -> (prediction: BoundedPrediction, slope: Double) {
    let subject = surface.subject
    let batch = subject.part(part)
    let allowance = try RoundingAllowance(subject, batch)
    var best: (pair: Pair, share: Double)?
    for halvings in stride(from: 1, through: 9, by: 2) {
      let pair = try pair(surface, part: part, direction: direction, halvings: halvings)
      let bound = 2 * allowance.lossError + allowance.error(pair.difference)
      let share = bound / pair.slope.magnitude
      if share < best?.share ?? .infinity { best = (pair, share) }
    }
    guard let pair = best?.pair else { throw NotApplicable.unbounded }
    func loss(_ point: [Tensor]) throws(ModelError) -> Double {
      try Probe<T>(subject, parameters: point).gradient(of: [batch]).tally.loss.value
    }
    let gradient = try subject.gradientSum(of: trainer, [part])
    let slope = zip(gradient.values, pair.difference.values).reduce(0) { $0 + $1.0 * $1.1 }
    let bound =
      try RoundingAllowance(subject, batch, at: pair.above).lossError
      + RoundingAllowance(subject, batch, at: pair.below).lossError
      + allowance.error(pair.difference)
    guard bound.isFinite else { throw NotApplicable.unbounded }
    let prediction = BoundedPrediction(
      measured: [try loss(pair.above) - loss(pair.below) - pair.truncation], predicted: [slope],
      bounds: [bound * RoundingBounds.slack])
    return (prediction, pair.slope)
  }

  /// A pair of points, w₊ − w₋ exactly, ⟨∇L(w), w₊ − w₋⟩, and L(w₊) − L(w₋) less that slope, in `Double`.
  private typealias Pair = (
    above: [Tensor], below: [Tensor], difference: ParameterVector, slope: Double, truncation: Double
  )

  /// The points w ± hd, h such that the largest weight's size is 2ⁿ times the largest displacement.
  private static func pair(
    _ surface: LossSurface, part: Range<Int>, direction: ParameterVector, halvings: Int
  ) throws(ModelError) -> Pair {
    let origin = surface.origin
    // A visible rate is 2¹⁰ times too large for a step that is as long as the weights.
    let h = origin.visibleRate(of: direction) * ParameterVector.powerOfTwo(-10 - halvings)
    func point(_ h: Double) -> [Tensor] {
      var moved = origin
      moved.add(h, times: direction)
      return moved.tensors(like: surface.subject.state.parameters)
    }
    let (above, below) = (point(h), point(-h))
    let (ahead, back) = (ParameterVector(above.numbers), ParameterVector(below.numbers))
    let difference = ahead - back
    let slope = try surface.slope(of: part, along: difference)
    let change = surface.loss(of: part, at: ahead) - surface.loss(of: part, at: back)
    return (above, below, difference, slope, change - slope)
  }
}

extension RoundingAllowance {
  /// How far a scalar product of the gradient with a vector may be off.
  fileprivate func error(_ vector: ParameterVector) -> Double {
    zip(gradientErrors, vector.values).reduce(0) { $0 + $1.0 * $1.1.magnitude }
  }
}

extension ParameterVector {
  /// A vector of random numbers between −1 and 1, but 0 in frozen layers.
  fileprivate static func random(_ count: Int, seed: UInt64, frozen: Int) -> ParameterVector {
    let field = RandomField(seed: seed, purpose: .direction)
    let values = (0..<(count + 3) / 4).flatMap { quad in
      let words = field.words(quad: quad)
      return (0..<4).map { 2 * Double(words[$0]) * 0x1p-32 - 1 }
    }
    return ParameterVector((0..<count).map { $0 < frozen ? 0 : values[$0] })
  }
}
