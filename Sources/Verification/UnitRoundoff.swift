/// Bounds on rounding in Double (Higham 2002, "Accuracy and Stability of Numerical Algorithms").
enum UnitRoundoff {
  /// u, half of the unit in the last place of 1.
  static let u = Double.ulpOfOne / 2

  /// γₙ = n u/(1 − n u): the relative error of n roundings, one after the other (lemma 3.1).
  static func gamma(_ count: Int) -> Double {
    let n = Double(count) * u
    return (n / (1 - n)).nextUp
  }
}
