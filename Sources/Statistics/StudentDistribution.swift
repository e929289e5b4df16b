import Foundation

/// Student's t distribution with a whole number of degrees of freedom.
package struct StudentDistribution: Hashable, Sendable {
  /// The degrees of freedom, ν ≥ 1.
  package let degreesOfFreedom: Int

  package init?(degreesOfFreedom: Int) {
    guard degreesOfFreedom >= 1 else { return nil }
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The chance that |T| ≤ t for t = √ν · tan θ.
  ///
  /// A finite sum of positive terms (Abramowitz and Stegun, equations 26.7.3 and 26.7.4), for θ from
  /// 0 to π/2.
  func centralProbability(angle: Double) -> Double {
    let sine = sin(angle)
    let cosine = cos(angle)
    let isOdd = !degreesOfFreedom.isMultiple(of: 2)
    // The terms are cosᵏ θ with k of the parity of ν, up to ν − 2, times (k − 1)!! / k!!.
    var term = isOdd ? cosine : 1
    var sum = degreesOfFreedom == 1 ? 0 : term
    var power = isOdd ? 3 : 2
    while power <= degreesOfFreedom - 2 {
      term *= cosine * cosine * Double(power - 1) / Double(power)
      sum += term
      power += 2
    }
    return isOdd ? (angle + sine * sum) * 2 / .pi : sine * sum
  }

  /// The relative error that a quantile stays below.
  static let relativeError = 1e-9

  /// The t for which P(|T| ≤ t) is a given level; nil for a level outside of 0 to 1.
  ///
  /// Bisection over θ to the last bit. For levels from 0.5 to 0.999 and up to 1000 degrees of
  /// freedom, the relative error is below `relativeError`.
  package func twoSidedQuantile(level: Double) -> Double? {
    guard level > 0, level < 1 else { return nil }
    var low = 0.0
    var high = Double.pi / 2
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { break }
      if centralProbability(angle: middle) < level { low = middle } else { high = middle }
    }
    return Double(degreesOfFreedom).squareRoot() * tan(high)
  }
}
