/// How much each part of a batch counts in a loop's update, beside how much it should.
///
/// With gⱼ the effective gradient of part j alone, the split's is Σ cⱼ gⱼ and the whole batch's
/// Σ c*ⱼ gⱼ. A loop that is right has c = c*, whatever its loss averages over: c*ⱼ is nⱼ/N for means
/// over samples, the part's share of the tokens for means over tokens, and 1 for sums.
struct PartWeights {
  /// cⱼ of each part.
  let split: [Double]
  /// c*ⱼ of each part.
  let whole: [Double]
  /// How far any of them may be off.
  let tolerance: Double

  var agree: Bool { zip(split, whole).allSatisfy { isNear($0, $1) } }

  /// Whether the weights are known well enough to be told apart.
  var areKnown: Bool {
    tolerance.isFinite && (split + whole).allSatisfy(\.isFinite)
      && tolerance <= (whole.map(\.magnitude).min() ?? 0) / 16
  }

  /// The one fault that the weights fit, or nil where they agree or fit none.
  var diagnosis: Diagnosis? {
    guard areKnown, !agree else { return nil }
    let count = Double(split.count)
    let zeros = split.map { isNear($0, 0) }
    if let last = zeros.last, zeros.contains(true) {
      return !last && zeros.dropLast().allSatisfy { $0 } ? .lastPartOnly : .partDropped
    }
    if isNotCleared { return .notCleared }
    let first = split[0]
    if split.allSatisfy({ isNear($0, first) }) {
      if isNear(first, 1 / count) { return .meanOfMeans }
      return first < 1 / count ? .dividedTwice : .notDivided
    }
    let sums = (split.reduce(0, +), whole.reduce(0, +))
    if (sums.0 - sums.1).magnitude <= count * tolerance { return .meanOfMeans }
    let pairs = zip(split, whole)
    if pairs.allSatisfy({ 0 < $0 && $0 < $1 }) { return .dividedTwice }
    if pairs.allSatisfy({ $0 > $1 }) { return .notDivided }
    return nil
  }

  /// Whether part j is there at k − j + 1 of k steps, or as many times too often: of at least three
  /// parts, since two weights say nothing of a pattern.
  private var isNotCleared: Bool {
    let count = split.count
    guard count >= 3 else { return false }
    let times = (0..<count).map { Double(count - $0) }
    let even = zip(split, times).map { $0 / $1 }
    let shared = zip(zip(split, times), whole).map { $0.0 / ($0.1 * $1) }
    return isConstant(even, slack: tolerance)
      || isConstant(shared, slack: tolerance / (whole.map(\.magnitude).min() ?? 1))
  }

  private func isNear(_ value: Double, _ other: Double) -> Bool {
    (value - other).magnitude <= tolerance
  }

  private func isConstant(_ values: [Double], slack: Double) -> Bool {
    values.allSatisfy { ($0 - values[0]).magnitude <= 2 * slack } && values[0] > 2 * slack
  }
}

/// The gradients of a whole batch, of its split and of each part alone, and how the first two are made
/// of the parts'.
struct PartReading {
  let whole: Motion
  let cut: Motion
  let alone: [Motion]
  /// How the whole's gradient is made of the parts', and how the split's is.
  let wholeFit: LeastSquares
  let cutFit: LeastSquares
  /// Whether the fits have regularisers' vectors, after the parts'.
  let hasRegularisers: Bool
  /// What rounding explains of a difference of two gradients, as a length.
  let allowed: Double
  /// √u, as a share of a gradient below which nothing is concluded.
  private let halfOfDigits: Double

  /// Fits the gradients of the whole and of the split by those of the parts, and by what regularisers
  /// may add; nil where the parts' gradients depend on each other.
  init?(
    whole: Motion, cut: Motion, alone: [Motion], regularisers: [[Double]], allowed: Double,
    halfOfDigits: Double
  ) {
    let gradients = alone.map(\.gradient)
    guard let plain = LeastSquares(whole.gradient, by: gradients),
      let plainCut = LeastSquares(cut.gradient, by: gradients)
    else { return nil }
    self.whole = whole
    self.cut = cut
    self.alone = alone
    self.allowed = allowed
    self.halfOfDigits = halfOfDigits
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

  /// The motions of the whole, the split and the parts.
  var motions: [Motion] { [whole, cut] + alone }

  /// Whether the whole's gradient is no combination of the parts', so that samples are coupled.
  var isCoupled: Bool {
    wholeFit.residualNorm > max(4 * allowed, halfOfDigits * whole.gradient.norm)
  }

  /// The share of the whole's gradient that is no combination of the parts'.
  var uncombinedShareOfWhole: Double { wholeFit.residualNorm / whole.gradient.norm }

  var uncombinedShareOfCut: Double { cutFit.residualNorm / cut.gradient.norm }

  /// How far coefficients may be off: what the gradients may be off by, or what is left unexplained
  /// where that is more, times what it can change in a coefficient.
  var tolerance: Double {
    let uncertainty = max(4 * allowed, cutFit.residualNorm, wholeFit.residualNorm)
    return uncertainty * (cutFit.sensitivities.max() ?? .infinity)
  }

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
