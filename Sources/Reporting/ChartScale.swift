import Foundation

/// Maps the values of one axis to positions, and knows where round numbers stand.
struct ChartScale {
  /// A labelled position on the axis.
  struct Tick: Equatable {
    let value: Double
    let label: String
  }

  /// Magnitudes beyond this are treated as not drawable: the arithmetic of the scale stays finite.
  static let largestMagnitude = 1e100

  let kind: Chart.Axis.Scale
  /// The values at the axis's ends; the upper one is greater, and both are positive on a
  /// logarithmic scale.
  let domain: ClosedRange<Double>
  let ticks: [Tick]

  /// A scale that holds all drawable values.
  ///
  /// - Parameters:
  ///   - axis: the kind of scale and its ticks.
  ///   - values: what has to fit; what is not drawable is ignored.
  ///   - tickCount: about how many ticks there is room for.
  ///   - extendsToTicks: whether the axis ends at round numbers instead of at the values.
  init(axis: Chart.Axis, values: [Double], tickCount: Int, extendsToTicks: Bool) {
    kind = axis.scale
    let kind = axis.scale
    let chosen = axis.ticks.map { $0.filter { Self.isDrawable($0, on: kind) } }
    var drawable = values.filter { Self.isDrawable($0, on: kind) } + (chosen ?? [])
    if axis.includesZero, kind == .linear { drawable.append(0) }
    var (lower, upper) = Self.widened(drawable, on: kind)
    let round: [Double]
    switch kind {
    case .linear:
      (round, lower, upper) = LinearTicks.ticks(
        lower, upper, count: tickCount, extends: extendsToTicks && chosen == nil)
    case .log2, .log10:
      (round, lower, upper) = LogarithmicTicks.ticks(
        lower, upper, base: kind == .log2 ? 2 : 10, count: tickCount,
        extends: extendsToTicks && chosen == nil)
    }
    domain = lower...upper
    ticks = TickLabels.ticks(chosen ?? round, sharesDigits: kind == .linear && chosen == nil)
  }

  static func isDrawable(_ value: Double, on kind: Chart.Axis.Scale) -> Bool {
    guard value.isFinite, abs(value) <= largestMagnitude else { return false }
    return kind == .linear || value >= 1 / largestMagnitude
  }

  /// The share of the axis's length at which a value stands; nil where it can't be drawn.
  func fraction(_ value: Double) -> Double? {
    guard Self.isDrawable(value, on: kind) else { return nil }
    switch kind {
    case .linear:
      return (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    case .log2, .log10:
      return log(value / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
    }
  }

  /// The values' range, made longer than a point where they are none, one or all equal.
  private static func widened(
    _ values: [Double], on kind: Chart.Axis.Scale
  ) -> (Double, Double) {
    guard let lower = values.min(), let upper = values.max() else {
      return kind == .linear ? (0, 1) : (1, kind == .log2 ? 2 : 10)
    }
    // Closer than about a thousandth of a pixel's worth of digits is equal.
    if upper - lower > 1e-9 * max(abs(lower), abs(upper)) { return (lower, upper) }
    if kind != .linear { return (lower / 2, upper * 2) }
    let margin = abs(lower) < 1 / largestMagnitude ? 1 : abs(lower) / 10
    return (lower - margin, upper + margin)
  }
}
