import Measurement
import Reporting

/// Charts of times against batch sizes.
enum SpeedChart {
  /// Images a second of each trainer, with the interval of the median.
  ///
  /// - Parameters:
  ///   - title: What is timed.
  ///   - series: Times of a step or call, whose labels have `batch`, `by` and `threads`.
  /// - Returns: The chart.
  static func imagesPerSecond(_ title: String, _ series: [Series]) -> Chart {
    var names: [String] = []
    for one in series where !names.contains(name(one)) { names.append(name(one)) }
    let sizes = Set(series.compactMap(\.batchSize)).sorted().map(Double.init)
    return Chart(
      title, subtitle: "medians and their 95 % intervals",
      xAxis: .init("batch size", scale: .log2, ticks: sizes),
      yAxis: .init("images per second", scale: .log10),
      series: names.enumerated().map { index, name in
        .init(
          name,
          points: series.filter { self.name($0) == name }.compactMap { one in
            guard let batchSize = one.batchSize.map(Double.init) else { return nil }
            return .init(
              x: batchSize, y: one.median.map { batchSize / $0 },
              lower: one.interval.map { batchSize / $0.upper },
              upper: one.interval.map { batchSize / $0.lower })
          }, color: index)
      })
  }

  private static func name(_ series: Series) -> String {
    let threads = series.labels["threads"] ?? "1"
    return "\(series.labels["by"] ?? ""), \(threads) thread\(threads == "1" ? "" : "s")"
  }
}

extension Series {
  /// Samples a step or call.
  var batchSize: Int? { labels["batch"].flatMap { Int($0) } }
}
