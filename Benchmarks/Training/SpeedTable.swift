import CommandLineTools
import Measurement
import Reporting

extension Engine {
  /// What tables call it, with its threads.
  var label: String {
    switch self {
    case .reference: name
    case .optimized(let threads): NumberFormat.counted(threads, "thread")
    }
  }
}

/// A table of how fast both trainers are, at several batch sizes.
struct SpeedTable {
  private(set) var table: TextTable
  private let epochSize: Int?

  /// An empty table of steps or calls; without an epoch's images it has no column for epochs.
  init(caption: String, unit: String, epochSize: Int?) {
    self.epochSize = epochSize
    table = TextTable(
      caption: caption,
      columns: [.right("batch"), .left("by"), .right(unit, unit: "µs"), .right("±", unit: "%")]
        + (epochSize == nil ? [] : [.right("epoch", unit: "s")]) + [
          .right("images/s"), .right("speed", unit: "× ref."), .right("±", unit: "%"),
          .right("speed", unit: "× 1 thr."),
        ])
  }

  /// Adds a row for each trainer.
  mutating func add(_ outcome: Contest.Outcome, engines: [Engine], batchSize: Int) {
    let single = engines.firstIndex { if case .optimized(threads: 1) = $0 { true } else { false } }
    for (index, engine) in engines.enumerated() {
      let times = outcome.times[index]
      let speed = index == 0 ? nil : outcome.ratio(of: 0, to: index)
      let scaling: Double? =
        if let single, index > 0 { outcome.ratio(of: single, to: index).median } else { nil }
      let epoch: [TextTable.Cell] =
        if let epochSize {
          [.figure(times.median.map { Self.secondsPerEpoch($0, batchSize, epochSize) })]
        } else { [] }
      table.rows.append(
        [.count(batchSize), .text(engine.label)] + times.cells(scale: 1e6) + epoch + [
          .number(times.median.map { Double(batchSize) / $0 }, .decimals(0))
        ] + (speed?.cells(digits: 3) ?? [.unavailable, .unavailable]) + [.figure(scaling)])
    }
  }

  /// The steps that an epoch has, its last one counted as a whole one, times a step's seconds.
  static func secondsPerEpoch(_ step: Double, _ batchSize: Int, _ epochSize: Int) -> Double {
    step * Double((epochSize + batchSize - 1) / batchSize)
  }

  /// What stands below the tables.
  static let legend =
    "Medians; ± is half of the 95 % interval, in per cent. Speeds are quotients of times, round by "
    + "round."
}

/// Charts of times against batch sizes.
enum SpeedChart {
  /// Images a second of each trainer, from series labelled with `batch`, `by` and `threads`.
  static func imagesPerSecond(_ title: String, _ series: [Series]) -> Chart {
    .overBatchSizes(
      title, yAxis: .init("images per second", scale: .log10),
      series: series.map(name).unique.enumerated().map { index, name in
        .init(
          name,
          points: series.filter { self.name($0) == name }.compactMap { one in
            one.batchSize.map { size in
              .init(batchSize: size, median: one.median, interval: one.interval) {
                Double(size) / $0
              }
            }
          }, color: index)
      })
  }

  private static func name(_ series: Series) -> String {
    let threads = series.labels["threads"].flatMap { Int($0) } ?? 1
    return "\(series.labels["by"] ?? ""), \(NumberFormat.counted(threads, "thread"))"
  }
}
