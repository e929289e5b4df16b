import Reporting

/// A table of the optimized trainer and its peers at several batch sizes.
struct PeerTable {
  private(set) var table: TextTable

  /// Begins a table about some work that is timed by the step or the call.
  init(_ caption: String, _ threads: Int, _ unit: String) {
    table = TextTable(
      caption: "\(caption), threads: \(threads)",
      columns: [
        .right("batch"), .left("by"), .right(unit, unit: "µs"), .right("±", unit: "%"),
        .right("images/s"), .right("rate", unit: "GFLOP/s"), .right("time", unit: "× ours"),
        .right("from"), .right("to"), .right("rounds"),
      ])
  }

  /// Adds a row for each contender, Batchwise first; returns all series with the quotients.
  mutating func add(
    _ outcome: Contest.Outcome, batchSize: Int, operationsPerImage: Int
  ) -> [Series] {
    var series = outcome.times
    for (index, times) in outcome.times.enumerated() {
      let ratio = index == 0 ? nil : outcome.ratio(of: index, to: 0)
      if let ratio { series.append(ratio) }
      let imagesPerSecond = times.median.map { Double(batchSize) / $0 }
      table.rows.append(
        [.count(batchSize), .text(times.labels["by"] ?? "")] + times.cells(scale: 1e6) + [
          .number(imagesPerSecond, .decimals(0)),
          .figure(imagesPerSecond.map { $0 * Double(operationsPerImage) / 1e9 }),
          .figure(ratio?.median), .figure(ratio?.interval?.lower),
          .figure(ratio?.interval?.upper), .count(times.samples.count),
        ])
    }
    return series
  }

  /// What stands below the tables.
  static let legend =
    "Medians; ± is half of the 95 % interval, in per cent. The last columns say how many times as "
    + "long a peer takes: the median of the rounds' quotients, and its 95 % interval."
}
