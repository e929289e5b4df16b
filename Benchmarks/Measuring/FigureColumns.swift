import Measurement
import Reporting

extension TextTable.Cell {
  /// A whole number.
  static func count(_ value: Int) -> TextTable.Cell { .number(Double(value), .decimals(0)) }

  /// A figure computed from a median.
  static func figure(_ value: Double?, digits: Int = 3) -> TextTable.Cell {
    .number(value, .significant(digits))
  }
}

extension Series {
  /// Half of the interval's width as a share of the median.
  var relativeHalfWidth: Double? {
    guard let median, let interval, median != 0 else { return nil }
    return (interval.upper - interval.lower) / 2 / median.magnitude
  }

  /// The cells of a median, times a factor, and of half of its interval's width in per cent.
  func cells(scale: Double = 1, digits: Int = 4) -> [TextTable.Cell] {
    [
      .figure(median.map { $0 * scale }, digits: digits),
      .number(relativeHalfWidth.map { $0 * 100 }, .significant(2)),
    ]
  }
}
