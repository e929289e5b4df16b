import Foundation

/// The text of ticks: as many digits as tell them apart, and no more.
enum TickLabels {
  /// Labels for the values.
  ///
  /// - Parameters:
  ///   - values: where the ticks stand.
  ///   - sharesDigits: whether all have the same number of digits after the point, as 0.5, 1.0.
  /// - Returns: the ticks, in the order of the values.
  static func ticks(_ values: [Double], sharesDigits: Bool) -> [ChartScale.Tick] {
    let largest = values.map(abs).max() ?? 0
    let smallest = values.filter { $0 != 0 }.map(abs).min() ?? 0
    let usesPowers = largest >= 1e6 || (smallest < 1e-4 && largest < 1e-2)
    let shared = sharesDigits ? values.map(decimals).max() : nil
    return values.map { value in
      let label =
        usesPowers ? power(value) : NumberFormat.decimals(shared ?? decimals(value)).string(value)
      return ChartScale.Tick(value: value, label: label)
    }
  }

  /// The digits after the point that the value needs, up to six significant ones.
  private static func decimals(_ value: Double) -> Int {
    for count in 0...9 {
      let scaled = abs(value) * pow(10, Double(count))
      if abs(scaled - scaled.rounded()) <= 1e-6 * max(scaled, 1e-30) { return count }
    }
    return 9
  }

  private static func power(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let exponent = Int(Foundation.log10(abs(value) * (1 + 1e-12)).rounded(.down))
    let factor = abs(value) / pow(10, Double(exponent))
    let sign = value < 0 ? "−" : ""
    let digits = NumberFormat.decimals(decimals((factor * 1e6).rounded() / 1e6)).string(factor)
    let ten = "10" + NumberFormat.superscript(exponent)
    return sign + (digits == "1" ? ten : "\(digits)×\(ten)")
  }
}
