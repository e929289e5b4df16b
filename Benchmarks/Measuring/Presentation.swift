import Measurement
import Reporting
import Statistics

extension TextTable.Cell {
  /// A figure with some significant digits.
  static func figure(_ value: Double?, digits: Int = 3) -> TextTable.Cell {
    .number(value, .significant(digits))
  }
}

extension Chart {
  /// A chart of figures against batch sizes, with a tick at each.
  static func overBatchSizes(
    _ title: String, subtitle: String = "medians and their 95 % intervals",
    xTitle: String = "batch size", yAxis: Axis, series: [Series]
  ) -> Chart {
    let sizes = Set(series.flatMap { $0.points.map(\.x) }).sorted()
    return Chart(
      title, subtitle: subtitle, xAxis: .init(xTitle, scale: .log2, ticks: sizes), yAxis: yAxis,
      series: series)
  }
}

extension Chart.Point {
  /// A figure at a batch size: a converted median, and its interval likewise.
  init(batchSize: Int, median: Double?, interval: Interval<Double>?, _ convert: (Double) -> Double)
  {
    let ends = interval.map { [convert($0.lower), convert($0.upper)] }
    self.init(x: Double(batchSize), y: median.map(convert), lower: ends?.min(), upper: ends?.max())
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order in which they first come.
  var unique: [Element] {
    var known: Set<Element> = []
    return filter { known.insert($0).inserted }
  }
}
