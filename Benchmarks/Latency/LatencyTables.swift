import Measurement
import Reporting

/// The tables and the chart of latencies.
enum LatencyTables {
  /// Three percentiles of each row's calls, and an image's share of them.
  static func percentiles(_ caption: String, _ rows: [LatencyRow]) -> TextTable {
    TextTable(
      caption: caption,
      columns: [
        .right("batch"), .right("trained", unit: "at"), .right("calls"), .left(""),
        .right("call", unit: "µs"), .right("from"), .right("to"), .right("image", unit: "µs"),
        .right("from"), .right("to"),
      ],
      rows: rows.flatMap { row -> [[TextTable.Cell]] in
        let summary = row.summary
        let figures = [
          ("median", summary?.median), ("p90", summary?.percentile90),
          ("p99", summary?.percentile99),
        ]
        return figures.map { name, figure in
          [.count(row.batchSize), .text(trainingSize(row)), .count(row.calls.count), .text(name)]
            + cells(figure) + cells(summary?.perImage(figure))
        }
      })
  }

  /// The medians over copies of models trained with different batch sizes, side by side.
  ///
  /// The last row of an inference batch size, whose rows stand together, has the verdict.
  static func sideBySide(_ caption: String, _ rows: [LatencyRow]) -> TextTable {
    TextTable(
      caption: caption,
      columns: [
        .right("batch"), .right("trained", unit: "at"), .right("copies"),
        .right("image", unit: "µs"), .right("from"), .right("to"), .left("training batch size"),
      ],
      rows: groups(rows).flatMap { group in
        group.enumerated().map { index, row in
          let size = Double(row.batchSize)
          return [
            .count(row.batchSize), .text(trainingSize(row)), .count(row.copies.count),
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
    .overBatchSizes(
      title, subtitle: "medians over copies and their 95 % intervals",
      xTitle: "images per forward pass", yAxis: .init("µs per image", scale: .log10),
      series: rows.map(trainingSize).unique.enumerated().map { index, size in
        .init(
          "trained at \(size)",
          points: rows.filter { trainingSize($0) == size }.map { row in
            .init(
              batchSize: row.batchSize, median: row.median?.value,
              interval: row.interval?.map(\.value)
            ) { $0 * (1e6 / Double(row.batchSize)) }
          }, color: index)
      })
  }

  /// The batch size that the model was trained with.
  private static func trainingSize(_ row: LatencyRow) -> String { row.labels["trained at"] ?? "–" }

  /// The rows of each inference batch size.
  private static func groups(_ rows: [LatencyRow]) -> [[LatencyRow]] {
    rows.map(\.batchSize).unique.map { size in rows.filter { $0.batchSize == size } }
  }

  /// The cells of a time and its interval, in microseconds.
  private static func cells(_ figure: LatencyFigure?) -> [TextTable.Cell] {
    [figure?.time, figure?.interval.lower, figure?.interval.upper].map {
      .figure($0.map { $0.value * 1e6 }, digits: 4)
    }
  }
}
