import Foundation
import GradientOracles
import Verification

/// A function on the way from a point in a direction, with what backward says of it.
struct Segment<S: RandomScalar & BinaryFloatingPoint> {
  /// f(θ + h v) as a function of h.
  let value: (S) -> S
  /// g·v, with the gradient g from backward.
  let slope: S
  /// v·H v, with the Hessian-vector product from backward in dual numbers.
  let curvature: S
}

/// What is left of a function when the first terms of its Taylor expansion are taken away.
///
/// f(θ + hv) − f(θ) − h g·v = h²/2 v·Hv + h³/6 f‴ + …, so the remainder has order 2 if, and only
/// if, g is the gradient; and less h²/2 v·Hv it has order 3.
///
/// Eight directions are taken together, as the root of the sum of their squares: that one of them
/// has a leading coefficient near 0 by chance is common, that all have is not.
struct TaylorRemainders<S: RandomScalar & BinaryFloatingPoint> {
  static var directions: Int { 8 }

  /// The lengths of the steps.
  ///
  /// At the shortest, h³ is 2¹⁷ u: a remainder of h³/6 is some thousand roundings of a number about
  /// 10, as the loss of nine samples is. The longest is four times that, 2⁻¹⁰ in Double, so that the next term, h times as large,
  /// is small beside the leading one, and a direction hardly ever meets a kink.
  static var steps: [S] {
    let exponent = (17 + Double((S.ulpOfOne / 2).exponent)) / 3
    let shortest = S(exp2(exponent.rounded(.up)))
    return [shortest, 2 * shortest, 4 * shortest]
  }

  /// The order with the gradient taken away.
  let second: ConvergenceOrder
  /// The order with the gradient and the curvature taken away.
  let third: ConvergenceOrder

  init(_ segments: [Segment<S>]) {
    var second: [Double] = []
    var third: [Double] = []
    for h in Self.steps {
      var squares = (0.0, 0.0)
      for segment in segments {
        let linear = segment.value(h) - segment.value(0) - h * segment.slope
        let quadratic = linear - h * h / 2 * segment.curvature
        squares.0 += Double(linear * linear)
        squares.1 += Double(quadratic * quadratic)
      }
      second.append(squares.0.squareRoot())
      third.append(squares.1.squareRoot())
    }
    let steps = Self.steps.map { Double($0) }
    self.second = ConvergenceOrder(steps: steps, remainders: second)
    self.third = ConvergenceOrder(steps: steps, remainders: third)
  }
}
