import CommandLineTools
import Reporting

/// A table of both trainers at several batch sizes.
struct ComparisonTable {
  private var table: TextTable

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - caption: What it is about.
  ///   - unit: What is timed: a step or a call.
  init(caption: String, unit: String) {
    table = TextTable(
      caption: caption,
      columns: [
        .init("batch", alignment: .right), .init("trainer", alignment: .left),
        .init("threads", alignment: .right),
      ] + TextTable.Column.figure(unit, unit: "µs") + [
        .init("images/s", alignment: .right), .init("rate", unit: "GFLOP/s"),
        .init("speed", unit: "× reference"), .init("±", unit: "%"),
        .init("speed", unit: "× 1 thread"), .init("rounds", alignment: .right),
      ])
  }

  /// Adds a row for each trainer.
  mutating func add(
    _ outcome: Contest.Outcome, engines: [Engine], batchSize: Int, operationsPerImage: Int
  ) {
    let single = engines.firstIndex { if case .optimized(threads: 1) = $0 { true } else { false } }
    for (index, engine) in engines.enumerated() {
      let times = outcome.times[index]
      let imagesPerSecond = times.median.map { Double(batchSize) / $0 }
      let speed = index == 0 ? nil : outcome.ratio(of: 0, to: index)
      let scaling: Double? =
        if let single, index > 0 { outcome.ratio(of: single, to: index).median } else { nil }
      table.rows.append(
        [.count(batchSize), .text(engine.name), .count(engine.threads)] + times.cells(scale: 1e6)
          + [
            .number(imagesPerSecond, .decimals(0)),
            .figure(imagesPerSecond.map { $0 * Double(operationsPerImage) / 1e9 }),
          ] + (speed?.cells(digits: 3) ?? [.unavailable, .unavailable])
          + [.figure(scaling), .count(times.samples.count)])
    }
  }

  var text: String { table.terminalText() }

  /// What stands below the tables.
  static let legend =
    "Medians; ± is half of the 95 % interval, in per cent. Speeds are quotients of times, round by "
    + "round."
}
