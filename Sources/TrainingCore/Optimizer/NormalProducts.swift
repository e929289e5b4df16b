/// Which small numbers are read as +0, so that what is computed from them isn't subnormal (arithmetic
/// contract, rule 11).
///
/// A comparison with the least number that is kept decides, since the product itself would be slow.
///
/// What is lost is less than 2⁻¹²⁶ of a gradient by λw, and so of a second moment by (1 − β)g², which
/// all such squares together change by 2⁻¹²⁶/(1 − β) at most: with β = 0.999 its root by 2⁻⁵⁸, which is
/// rounded away beside ε = 10⁻⁸. An exponential below 2⁻¹⁰⁰ stands beside a 1 in its sum, so no loss
/// changes; the gradient at its logit is off by as much.
package enum NormalProducts {
  /// The least exponential of a loss: after it come weights, inputs and the optimizer's constants, and
  /// there are 26 binary orders of magnitude left for them.
  package static let leastExponential = 0x1p-100

  /// The least x whose product c·x is normal; 0 where there is nothing to multiply.
  package static func least(times c: Double) -> Double { c == 0 ? 0 : 0x1p-126 / c }

  /// The least x whose product c·x² is normal.
  package static func least(squaredTimes c: Double) -> Double { least(times: c).squareRoot() }
}
