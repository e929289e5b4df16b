/// The displacement of the weights by an update, as a function of the rate η of plain gradient descent.
///
/// An update that steps once moves them by ηG, whatever the rate, and G is its effective gradient.
/// One that steps several times moves them by ηG + η²Q + O(η³), since later gradients are taken
/// elsewhere; one that also changes weights without the optimizer, by Δ + ηG. All three are told
/// apart by running the update at η, η/2 and η/4.
struct Motion {
  /// G, the effective gradient at the initial weights.
  private(set) var gradient: [Double]
  /// Δ, what doesn't depend on the rate; empty where there is nothing.
  var constant: [Double] = []
  /// Whether the weights move between the parts: whether Q isn't 0.
  var stepsBetween = false
  /// How far rounding may move the gradient, as a length.
  private(set) var rounding: Double
  /// What the program says of the update at the first rate.
  let update: ForeignTrainer.Update

  /// Runs an update at several rates and separates the terms.
  ///
  /// Reading a displacement off the weights rounds it by at most u|w|, in each of two states, so a
  /// vector that was divided by η by 2u|w|/η. The combinations below multiply that by their
  /// coefficients.
  ///
  /// `measure` runs the update at a rate and returns its vector, displacement over rate; `rate` is η,
  /// `readingError` u|w| as a length, `halfOfDigits` √u, the share of the gradient below which no
  /// difference counts. An update that is known to step once is run at one rate alone
  /// (`isRatedAtOnce`).
  init(
    rate: Double, readingError: Double, halfOfDigits: Double, isRatedAtOnce: Bool = false,
    measure: (Double) throws(TrainerFailure) -> ForeignTrainer.Update
  ) throws(TrainerFailure) {
    let first = try measure(rate)
    update = first
    let reading = 2 * readingError / rate
    (gradient, rounding) = (first.vector, reading)
    if isRatedAtOnce { return }
    let second = try measure(rate / 2)
    // A difference counts from half of the digits on: what is added in many small pieces is rounded as
    // often.
    let least = max(4 * reading, halfOfDigits * first.vector.norm)
    guard first.vector.subtracting(second.vector).norm > least else { return }
    let third = try measure(rate / 4)
    let displacements = [(first, 1.0), (second, 2), (third, 4)].map {
      $0.vector.scaled(by: rate / $1)
    }
    let coarse = displacements[0].subtracting(displacements[1]).scaled(by: 2 / rate)
    let fine = displacements[1].subtracting(displacements[2]).scaled(by: 4 / rate)
    let drift = coarse.subtracting(fine).scaled(by: 4 / (3 * rate))
    gradient = fine.scaled(by: 2).subtracting(coarse)
    rounding = 16 * reading
    var rest = displacements[2]
    rest.add(-rate / 4, times: gradient)
    rest.add(-rate * rate / 16, times: drift)
    if rest.norm > max(16 * readingError, least * rate) { constant = rest }
    stepsBetween = drift.norm * rate > max(16 * reading, least)
  }

  func scaled(by factor: Double) -> Motion {
    var motion = self
    if factor != 1 { motion.gradient = gradient.scaled(by: factor) }
    motion.rounding *= factor.magnitude
    return motion
  }

  /// How far apart two updates move the weights without the optimizer, as a length.
  func constantDifference(_ other: Motion) -> Double {
    if constant.isEmpty { return other.constant.norm }
    return other.constant.isEmpty ? constant.norm : constant.subtracting(other.constant).norm
  }

  func isParallel(to other: Motion, within allowed: Double) -> Bool {
    let factor = gradient.dot(other.gradient) / other.gradient.dot(other.gradient)
    let rest = gradient.subtracting(other.gradient.scaled(by: factor))
    return rest.norm <= max(4 * allowed, 1e-6 * gradient.norm)
  }
}
