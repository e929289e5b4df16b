import Foundation

/// Maps the values of one axis to positions, and knows where round numbers stand.
struct ChartScale {
  /// A labelled position on the axis.
  typealias Tick = (value: Double, label: String)

  /// Magnitudes beyond this are treated as not drawable: the arithmetic of the scale stays finite.
  static let largestMagnitude = 1e100

  let kind: Chart.Axis.Scale
  /// The values at the axis's ends; the upper one is greater, and both are positive on a
  /// logarithmic scale.
  let domain: ClosedRange<Double>
  let ticks: [Tick]

  /// A scale that holds all drawable values, and about `tickCount` ticks.
  ///
  /// It ends at round numbers where it `extendsToTicks`, otherwise at the values.
  init(axis: Chart.Axis, values: [Double], tickCount: Int, extendsToTicks: Bool) {
    kind = axis.scale
    let kind = axis.scale
    let chosen = axis.ticks.map { $0.filter { Self.isDrawable($0, on: kind) } }
    var drawable = values.filter { Self.isDrawable($0, on: kind) } + (chosen ?? [])
    if axis.includesZero, kind == .linear { drawable.append(0) }
    var (lower, upper) = Self.widened(drawable, on: kind)
    let extends = extendsToTicks && chosen == nil
    let round: [Double]
    if kind == .linear {
      (round, lower, upper) = LinearTicks.ticks(lower, upper, count: tickCount, extends: extends)
    } else {
      (round, lower, upper) = LogarithmicTicks.ticks(
        lower, upper, base: kind == .log2 ? 2 : 10, count: tickCount, extends: extends)
    }
    domain = lower...upper
    ticks = Self.labelled(chosen ?? round, sharesDigits: kind == .linear && chosen == nil)
  }

  /// Whether a value is finite, of a magnitude that can be scaled, and positive on a logarithmic axis.
  static func isDrawable(_ value: Double, on kind: Chart.Axis.Scale) -> Bool {
    guard value.isFinite, abs(value) <= largestMagnitude else { return false }
    return kind == .linear || value >= 1 / largestMagnitude
  }

  /// The share of the axis's length at which a value stands; nil where it can't be drawn.
  func fraction(_ value: Double) -> Double? {
    guard Self.isDrawable(value, on: kind) else { return nil }
    let (lower, upper) = (domain.lowerBound, domain.upperBound)
    return kind == .linear
      ? (value - lower) / (upper - lower) : log(value / lower) / log(upper / lower)
  }

  /// The values' range, made longer than a point where they are none, one or all equal.
  private static func widened(_ values: [Double], on kind: Chart.Axis.Scale) -> (Double, Double) {
    guard let lower = values.min(), let upper = values.max() else {
      return kind == .linear ? (0, 1) : (1, kind == .log2 ? 2 : 10)
    }
    // Closer than about a thousandth of a pixel's worth of digits is equal.
    if upper - lower > 1e-9 * max(abs(lower), abs(upper)) { return (lower, upper) }
    if kind != .linear { return (lower / 2, upper * 2) }
    let margin = abs(lower) < 1 / largestMagnitude ? 1 : abs(lower) / 10
    return (lower - margin, upper + margin)
  }

  /// Ticks whose labels have as many digits as tell them apart, and no more.
  ///
  /// Where they share digits, all have the same number after the point, as 0.5 and 1.0.
  static func labelled(_ values: [Double], sharesDigits: Bool) -> [Tick] {
    let largest = values.map(abs).max() ?? 0
    let smallest = values.filter { $0 != 0 }.map(abs).min() ?? 0
    let usesPowers = largest >= 1e6 || (smallest < 1e-4 && largest < 1e-2)
    let shared = sharesDigits ? values.map(NumberFormat.decimalsNeeded).max() : nil
    return values.map { value in
      let digits = shared ?? NumberFormat.decimalsNeeded(value)
      let label = usesPowers ? power(value) : NumberFormat.decimals(digits).string(value)
      return (value, label)
    }
  }

  /// A value as a power of ten with a factor, such as 2.5×10⁶; the factor 1 is left out.
  private static func power(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let exponent = Int(Foundation.log10(abs(value) * (1 + 1e-12)).rounded(.down))
    let factor = abs(value) / pow(10, Double(exponent))
    let decimals = NumberFormat.decimalsNeeded((factor * 1e6).rounded() / 1e6)
    let digits = NumberFormat.decimals(decimals).string(factor)
    let ten = "10" + NumberFormat.superscript(exponent)
    return (value < 0 ? "−" : "") + (digits == "1" ? ten : "\(digits)×\(ten)")
  }
}

/// Ticks at 1, 2 or 5 times a power of ten.
enum LinearTicks {
  /// The ticks between two values, and the ends of an axis that holds them.
  static func ticks(
    _ lower: Double, _ upper: Double, count: Int, extends: Bool
  ) -> (ticks: [Double], lower: Double, upper: Double) {
    let step = roundStep((upper - lower) / Double(max(count, 1)))
    // A tolerance of a millionth of a step keeps rounding from adding or losing a tick at an end.
    let first = extends ? (lower / step + 1e-6).rounded(.down) : (lower / step - 1e-6).rounded(.up)
    let last = extends ? (upper / step - 1e-6).rounded(.up) : (upper / step + 1e-6).rounded(.down)
    guard first <= last, last - first <= 1000 else { return ([], lower, upper) }
    let ticks = (0...Int(last - first)).map { product(first + Double($0), step) }
    guard extends else { return (ticks, lower, upper) }
    return (ticks, min(ticks[0], lower), max(ticks[ticks.count - 1], upper))
  }

  /// The next 1, 2 or 5 times a power of ten that is not smaller.
  static func roundStep(_ step: Double) -> Double {
    let power = pow(10, Foundation.log10(step).rounded(.down))
    for factor in [1.0, 2, 5] where factor * power >= step * (1 - 1e-9) { return factor * power }
    return 10 * power
  }

  /// `index * step` without the rounding of a step like 0.1: 3 × 0.1 is 0.3.
  private static func product(_ index: Double, _ step: Double) -> Double {
    step < 1 ? index / (1 / step).rounded() : index * step
  }
}

/// Ticks at powers of a base, or between them where the range is short.
enum LogarithmicTicks {
  /// The ticks between two values, and the ends of an axis that holds them.
  static func ticks(
    _ lower: Double, _ upper: Double, base: Double, count: Int, extends: Bool
  ) -> (ticks: [Double], lower: Double, upper: Double) {
    let span = log(upper / lower) / log(base)
    // With less than one power in the range no two of them would fall into it.
    if span < 1 {
      let linear = LinearTicks.ticks(lower, upper, count: count, extends: extends)
      if linear.lower > 0 { return linear }
      return LinearTicks.ticks(lower, upper, count: count, extends: false)
    }
    let factors: [Double] = base == 10 && span * 3 <= Double(count) * 1.6 ? [1, 2, 5] : [1]
    let stride = max(1, Int((span / Double(max(count, 1))).rounded(.up)))
    let low = Int((log(lower) / log(base)).rounded(.down)) - 1
    let high = Int((log(upper) / log(base)).rounded(.up)) + 1
    let all = (low...high).filter { $0 % stride == 0 || factors.count > 1 }
      .flatMap { exponent in factors.map { $0 * pow(base, Double(exponent)) } }
    guard extends else {
      return (all.filter { lower * (1 - 1e-9) <= $0 && $0 <= upper * (1 + 1e-9) }, lower, upper)
    }
    let start = all.last { $0 <= lower * (1 + 1e-9) } ?? lower
    let end = all.first { $0 >= upper * (1 - 1e-9) } ?? upper
    return (all.filter { start <= $0 && $0 <= end }, min(start, lower), max(end, upper))
  }
}
