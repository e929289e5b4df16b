/// What is read off a split: the gradients of the whole, of the split, and of each part alone.
struct PartReading {
  let whole: Motion
  let cut: Motion
  let alone: [Motion]
  /// How the whole's gradient is made of the parts', and how the split's is.
  let wholeFit: LeastSquares
  let cutFit: LeastSquares
  /// Whether the fits have regularisers' vectors, after the parts'.
  let hasRegularisers: Bool
  /// What a comparison allows, as a length.
  let allowed: Double

  /// Fits; nil where the parts' gradients depend on each other.
  ///
  /// - Parameters:
  ///   - whole: The whole batch's motion.
  ///   - cut: The split's.
  ///   - alone: Each part's.
  ///   - regularisers: What regularisers may add to a gradient.
  ///   - allowed: What rounding explains of a difference of two gradients, as a length.
  init?(whole: Motion, cut: Motion, alone: [Motion], regularisers: [[Double]], allowed: Double) {
    let gradients = alone.map(\.gradient)
    guard let plain = LeastSquares(whole.gradient, by: gradients),
      let plainCut = LeastSquares(cut.gradient, by: gradients)
    else { return nil }
    self.whole = whole
    self.cut = cut
    self.alone = alone
    self.allowed = allowed
    let rest = max(plain.residualNorm, plainCut.residualNorm)
    var basis = gradients
    for vector in regularisers where LeastSquares(whole.gradient, by: basis + [vector]) != nil {
      basis.append(vector)
    }
    if rest > 4 * allowed, let wide = LeastSquares(whole.gradient, by: basis),
      let wideCut = LeastSquares(cut.gradient, by: basis),
      // More vectors always leave a little less; that they explain it shows in most of it being
      // gone.
      max(wide.residualNorm, wideCut.residualNorm) < rest / 16
    {
      (wholeFit, cutFit, hasRegularisers) = (wide, wideCut, true)
    } else {
      (wholeFit, cutFit, hasRegularisers) = (plain, plainCut, false)
    }
  }

  /// Whether the whole's gradient is no combination of the parts', so that samples are coupled.
  ///
  /// - Parameter floor: A difference below which nothing is concluded, as a length.
  /// - Returns: Whether it is.
  func isCoupled(floor: Double) -> Bool { wholeFit.residualNorm > max(4 * allowed, floor) }

  /// How far coefficients may be off: what the gradients may be off by, or what is left unexplained
  /// where that is more, times what it can change in a coefficient.
  var tolerance: Double {
    let uncertainty = max(4 * allowed, cutFit.residualNorm, wholeFit.residualNorm)
    return uncertainty * (cutFit.sensitivities.max() ?? .infinity)
  }

  /// How much each part counts.
  var weights: PartWeights {
    PartWeights(
      split: Array(cutFit.coefficients.prefix(alone.count)),
      whole: Array(wholeFit.coefficients.prefix(alone.count)), tolerance: tolerance)
  }

  /// Whether a regulariser is stronger in the split than in the whole.
  var decaysMore: Bool {
    hasRegularisers
      && zip(cutFit.coefficients, wholeFit.coefficients).dropFirst(alone.count)
        .contains { ($0 - $1).magnitude > tolerance }
  }

  /// Whether at least two parts have gradients of one length and of different directions, as clipped
  /// ones have; the 10⁻⁶ that implementations add to a norm moves it by less than 10⁻⁴.
  var isSaturated: Bool {
    for (index, one) in alone.enumerated() {
      for two in alone[..<index] {
        let (a, b) = (one.update.norm, two.update.norm)
        let cosine =
          one.gradient.dot(two.gradient) / (one.gradient.norm * two.gradient.norm)
        if (a - b).magnitude < 1e-4 * a, cosine < 0.999 { return true }
      }
    }
    return false
  }
}
