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

  /// Whether all parts count as they should.
  var agree: Bool { zip(split, whole).allSatisfy { isNear($0, $1) } }

  /// Whether the weights are known well enough to be told apart.
  var areKnown: Bool {
    tolerance.isFinite && (split + whole).allSatisfy(\.isFinite)
      && tolerance <= (whole.map(\.magnitude).min() ?? 0) / 16
  }

  /// What the weights say: one fault, or nil where they agree or fit none.
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
