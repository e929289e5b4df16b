import Measurement
import Reporting

/// The tables and the chart of latencies.
enum LatencyTables {
  /// Every percentile of every row, as a batch and as an image's share of it.
  ///
  /// - Parameters:
  ///   - caption: What it is about.
  ///   - rows: The latencies.
  /// - Returns: Three rows for each latency; a percentile with too few calls has no figures.
  static func percentiles(_ caption: String, _ rows: [LatencyRow]) -> TextTable {
    TextTable(
      caption: caption,
      columns: [
        .init("batch", alignment: .right), .init("trained", unit: "at", alignment: .right),
        .init("calls", alignment: .right), .init("", alignment: .left),
        .init("call", unit: "µs", alignment: .right), .init("from", alignment: .right),
        .init("to", alignment: .right), .init("image", unit: "µs", alignment: .right),
        .init("from", alignment: .right), .init("to", alignment: .right),
      ],
      rows: rows.flatMap { row -> [[TextTable.Cell]] in
        let summary = row.summary
        let figures = [
          ("median", summary?.median), ("p90", summary?.percentile90),
          ("p99", summary?.percentile99),
        ]
        return figures.map { name, figure in
          [
            .count(row.batchSize), .text(row.labels["trained at"] ?? "–"), .count(row.calls.count),
            .text(name),
          ] + cells(figure) + cells(summary?.perImage(figure))
        }
      })
  }

  /// The medians over copies of models trained with different batch sizes, side by side.
  ///
  /// - Parameters:
  ///   - caption: What it is about.
  ///   - rows: The latencies, those of an inference batch size together.
  /// - Returns: A row for each latency; the last of an inference batch size has the verdict.
  static func sideBySide(_ caption: String, _ rows: [LatencyRow]) -> TextTable {
    TextTable(
      caption: caption,
      columns: [
        .init("batch", alignment: .right), .init("trained", unit: "at", alignment: .right),
        .init("copies", alignment: .right), .init("image", unit: "µs", alignment: .right),
        .init("from", alignment: .right), .init("to", alignment: .right),
        .init("training batch size", alignment: .left),
      ],
      rows: groups(rows).flatMap { group in
        group.enumerated().map { index, row in
          let size = Double(row.batchSize)
          return [
            .count(row.batchSize), .text(row.labels["trained at"] ?? "–"),
            .count(row.copies.count),
            .figure(row.median.map { $0.value / size * 1e6 }, digits: 4),
            .figure(row.interval.map { $0.lower.value / size * 1e6 }, digits: 4),
            .figure(row.interval.map { $0.upper.value / size * 1e6 }, digits: 4),
            .text(index == group.count - 1 ? LatencyVerdict(group).rawValue : ""),
          ]
        }
      })
  }

  /// An image's share of a call against the inference batch size.
  static func chart(_ title: String, _ rows: [LatencyRow]) -> Chart {
    let sizes = Set(rows.map(\.batchSize)).sorted().map(Double.init)
    var trainings: [String] = []
    for row in rows {
      let name = row.labels["trained at"] ?? "–"
      if !trainings.contains(name) { trainings.append(name) }
    }
    return Chart(
      title, subtitle: "medians over copies and their 95 % intervals",
      xAxis: .init("images per forward pass", scale: .log2, ticks: sizes),
      yAxis: .init("µs per image", scale: .log10),
      series: trainings.enumerated().map { index, training in
        .init(
          "trained at \(training)",
          points: rows.filter { $0.labels["trained at"] == training }.map { row in
            let scale = 1e6 / Double(row.batchSize)
            return .init(
              x: Double(row.batchSize), y: row.median.map { $0.value * scale },
              lower: row.interval.map { $0.lower.value * scale },
              upper: row.interval.map { $0.upper.value * scale })
          }, color: index)
      })
  }

  /// The rows of each inference batch size.
  private static func groups(_ rows: [LatencyRow]) -> [[LatencyRow]] {
    var sizes: [Int] = []
    for row in rows where !sizes.contains(row.batchSize) { sizes.append(row.batchSize) }
    return sizes.map { size in rows.filter { $0.batchSize == size } }
  }

  private static func cells(_ figure: LatencyFigure?) -> [TextTable.Cell] {
    [figure?.time, figure?.interval.lower, figure?.interval.upper].map {
      .figure($0.map { $0.value * 1e6 }, digits: 4)
    }
  }
}
