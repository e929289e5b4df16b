import Foundation

/// How fast something vanishes with the length of a step: the p of c hᵖ.
///
/// An order is a law's signature. That a gradient is right shows in a Taylor remainder of order 2,
/// not in the size of any one difference, which depends on the units of the data.
package struct ConvergenceOrder: Sendable {
  /// How far a measured order may be from a whole number and count as it.
  ///
  /// It separates the neighbours, which are 1 apart, with a wide margin, and leaves room for the next
  /// term of the expansion, c h times the leading one, where h isn't very small yet.
  package static let allowance = 0.05

  /// The slope of log |remainder| over log h, by least squares.
  package let order: Double

  /// Measures an order from what is left at at least two different steps h; a zero or what is not a
  /// number makes the order NaN.
  package init(steps: [Double], remainders: [Double]) {
    let x = steps.map { log($0) }
    let y = remainders.map { log($0.magnitude) }
    let meanX = x.reduce(0, +) / Double(x.count)
    let meanY = y.reduce(0, +) / Double(y.count)
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let variance = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let slope = covariance / variance
    order = slope.isFinite ? slope : .nan
  }

  /// Whether the order is a whole number, within `allowance`; never for NaN.
  package func isAbout(_ expected: Int) -> Bool {
    (order - Double(expected)).magnitude <= Self.allowance
  }
}
