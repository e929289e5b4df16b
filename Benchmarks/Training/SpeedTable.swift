import CommandLineTools
import Reporting

extension Engine {
  /// What tables call it, with its threads.
  var label: String {
    switch self {
    case .reference: name
    case .optimized(let threads): "\(threads) thread\(threads == 1 ? "" : "s")"
    }
  }
}

/// A table of how fast both trainers are, at several batch sizes.
struct SpeedTable {
  private(set) var table: TextTable
  private let epochSize: Int?

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - caption: What it is about.
  ///   - unit: What is timed: a step or a call.
  ///   - epochSize: The images of an epoch; nil where there is none.
  init(caption: String, unit: String, epochSize: Int?) {
    self.epochSize = epochSize
    table = TextTable(
      caption: caption,
      columns: [
        .init("batch", alignment: .right), .init("by", alignment: .left),
        .init(unit, unit: "µs", alignment: .right), .init("±", unit: "%", alignment: .right),
      ] + (epochSize == nil ? [] : [.init("epoch", unit: "s", alignment: .right)]) + [
        .init("images/s", alignment: .right), .init("speed", unit: "× ref.", alignment: .right),
        .init("±", unit: "%", alignment: .right),
        .init("speed", unit: "× 1 thr.", alignment: .right),
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
        ] + (speed?.cells(digits: 3) ?? [.unavailable, .unavailable])
          + [.figure(scaling)])
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
