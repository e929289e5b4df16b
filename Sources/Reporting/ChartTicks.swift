import Foundation

/// Ticks at 1, 2 or 5 times a power of ten.
enum LinearTicks {
  static func ticks(
    _ lower: Double, _ upper: Double, count: Int, extends: Bool
  ) -> (ticks: [Double], lower: Double, upper: Double) {
    let step = roundStep((upper - lower) / Double(max(count, 1)))
    // A tolerance of a millionth of a step keeps rounding from adding or losing a tick at an end.
    let first = extends ? (lower / step + 1e-6).rounded(.down) : (lower / step - 1e-6).rounded(.up)
    let last = extends ? (upper / step - 1e-6).rounded(.up) : (upper / step + 1e-6).rounded(.down)
    guard first <= last, last - first <= 1000 else { return ([], lower, upper) }
    let ticks = (0...Int(last - first)).map { product(first + Double($0), step) }
    guard extends, let start = ticks.first, let end = ticks.last else {
      return (ticks, lower, upper)
    }
    return (ticks, min(start, lower), max(end, upper))
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
