import Foundation

extension LoopExamination {
  private static let directions = 5

  /// Compares the whole batch's effective gradient with differences of the loss.
  ///
  /// (L(w + h d) − L(w − h d))/2h is the slope along d but for truncation, of order h², and for
  /// rounding, about u|L|/h. At h = 4u^(2/3) |L|/slope both are some u^(1/3) of the slope or less,
  /// and h is so small that hardly any kink lies within. How far the quotient may be off is read off
  /// by a second one with 4h, rounding added. A loss that is multiplied after backpropagation (loss
  /// scaling, clipping by the norm) has a gradient in proportion, so one positive factor for all
  /// directions is allowed for.
  func examineGradient() throws(TrainerFailure) {
    let check = Statement(
      law: "gradient", promise: "along random directions, the gradient is the slope of the loss",
      explanation: "central differences: Baydin et al. 2018, section 2.1")
    guard trainer.abilities.contains("loss"), !movesByItself else {
      let reason =
        movesByItself ? "weights move without the optimizer" : "the program doesn't tell its loss"
      return find(check, reason, .notApplicable)
    }
    var one = setting
    // Scaled down, no limit on gradients acts.
    if trainer.abilities.contains("scale") { one.scale = Self.tinyScale }
    let whole = try motion(of: [batch], one, isRatedAtOnce: true).scaled(by: 1 / one.scale)
    one.rate = rate / one.scale
    let norm = whole.update.norm / one.scale
    guard let loss = whole.update.told.loss, norm > 0 else {
      return find(check, "no loss is told", .notApplicable)
    }
    let expected = norm / Double(trainer.parameterCount).squareRoot()
    let length = 4 * pow(roundoff, 2.0 / 3) * max(loss.magnitude, .leastNormalMagnitude) / expected
    // A longer way isn't a small one: the loss is so large beside its slope that rounding hides it.
    guard length <= max(weights.norm, 1) / 256 else {
      return find(
        check, "the loss is so large beside its slope that rounding hides it", .cannotTell)
    }
    let lengths = [4 * length, length]
    var pairs: [(slope: Double, quotient: Double, uncertainty: Double)] = []
    for direction in 1...Self.directions {
      guard let slope = try trainer.slope(of: [batch], direction: direction, lengths: lengths, one)
      else { return find(check, "no loss is told", .notApplicable) }
      let quotients = zip(slope.losses, lengths).map { ($0.ahead - $0.back) / (2 * $1) }
      let uncertainty =
        (quotients[0] - quotients[1]).magnitude + 4 * roundoff * slope.loss.magnitude / length
      if uncertainty.isFinite { pairs.append((slope.slope, quotients[1], uncertainty)) }
    }
    let size = Self.rootMeanSquare(pairs.map(\.slope))
    let uncertainty = pairs.map(\.uncertainty).reduce(0, max)
    guard pairs.count == Self.directions, uncertainty < size / 16,
      uncertainty < Self.rootMeanSquare(pairs.map(\.quotient)) / 16
    else {
      let reason = "the loss's slope is lost in rounding, or the loss is piecewise constant"
      return find(check, reason, .cannotTell)
    }
    let factor =
      pairs.reduce(0) { $0 + $1.slope * $1.quotient }
      / pairs.reduce(0) { $0 + $1.quotient * $1.quotient }
    let reading = whole.rounding / Double(trainer.parameterCount).squareRoot()
    let allowed = 8 * (factor.magnitude * uncertainty + reading)
    let error = pairs.map { ($0.slope - factor * $0.quotient).magnitude }.reduce(0, max)
    let isScaled = (factor - 1).magnitude > allowed / size
    let measured =
      (isScaled ? "\(factor.brief) times the slope; beyond that, off by " : "off by ")
      + "\((error / size).brief) of it; rounding explains \((allowed / size).brief)"
    guard allowed < size / 4 else { return find(check, measured, .cannotTell) }
    let holds = factor > 0 && error <= allowed
    find(check, measured, holds ? .holds : .fails)
    if !holds {
      let off = "It is off by \((100 * error / size).brief) % along random directions."
      diagnose(.wrongGradient, factor > 0 ? off : "It points the other way: the loss rises.")
    }
  }

  private static func rootMeanSquare(_ values: [Double]) -> Double {
    (values.dot(values) / Double(Swift.max(values.count, 1))).squareRoot()
  }
}
