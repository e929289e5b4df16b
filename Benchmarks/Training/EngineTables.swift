import CommandLineTools
import Measurement
import Reporting
import TrainingCore

/// The kinds of work that both trainers are timed at.
enum EngineTask: String {
  /// Steps of a training run.
  case training
  /// Forward passes in inference mode.
  case inference

  /// What is timed: a step or a call.
  var unit: String { self == .training ? "step" : "call" }
}

/// The tables and the chart of both trainers' speed at one kind of work.
enum EngineTables {
  /// Verifies and times a model at each batch size, shows the tables, and returns the chart.
  static func show(
    _ task: EngineTask, _ model: ModelSpec, _ optimizer: OptimizerSpec, _ images: Examples,
    _ scope: Scope, _ report: inout Report
  ) throws -> Chart {
    let isTraining = task == .training
    let title = model.name + (isTraining ? ", \(optimizer.name), training" : ", inference")
    var speeds = SpeedTable(
      caption: title, unit: task.unit,
      epochSize: isTraining ? Workload.epochSize : nil)
    var limits = LimitTable(
      caption: "\(title), beside the machine's peaks", bandwidth: isTraining ? \.triad : \.read)
    var series: [Series] = []
    for batchSize in scope.batchSizes {
      Console.progress("\(title), batch \(batchSize)")
      let workload = try Workload(
        model: model, optimizer: optimizer, batchSize: batchSize, images: images)
      if isTraining { try workload.configuration.validate(count: batchSize) }
      let comparison = try EngineComparison(workload, threads: scope.threads)
      try comparison.verify(task)
      let outcome = try comparison.time(task, scope.rule)
      speeds.add(outcome.contest, engines: comparison.engines, batchSize: batchSize)
      limits.add(
        outcome, engines: comparison.engines, batchSize: batchSize,
        operations: batchSize
          * (isTraining
            ? workload.trainingOperationsPerImage : workload.inferenceOperationsPerImage),
        bytes: isTraining ? workload.trainingBytesPerStep : workload.inferenceBytesPerCall,
        peaks: comparison.engines.map {
          report.peaks(threads: $0.threads, isQuick: scope.isVerification)
        })
      series += outcome.contest.times
      report.series += outcome.series
    }
    try report.show(speeds.table)
    try report.show(limits.table)
    return SpeedChart.imagesPerSecond(title, series)
  }
}

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

  /// The explanation below the tables.
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

/// A table of what the machine could do at most, and how much of that was done.
struct LimitTable {
  private(set) var table: TextTable
  private let bandwidth: KeyPath<MachinePeaks, BytesPerSecond>

  /// An empty table, in which bytes are a share of one of the memory's peaks.
  init(caption: String, bandwidth: KeyPath<MachinePeaks, BytesPerSecond>) {
    self.bandwidth = bandwidth
    table = TextTable(
      caption: caption,
      columns: [
        .right("batch"), .left("by"), .right("rounds"), .right("rate", unit: "GFLOP/s"),
        .right("peak", unit: "GFLOP/s"), .right("of peak", unit: "%"),
        .right("bytes", unit: "GB/s"), .right("memory", unit: "GB/s"),
        .right("of memory", unit: "%"),
      ])
  }

  /// Adds a row for each engine, given the operations and bytes of a step or call, and the machine's
  /// peaks with the engine's threads.
  mutating func add(
    _ outcome: EngineComparison.Outcome, engines: [Engine], batchSize: Int, operations: Int,
    bytes: Int, peaks: [MachinePeaks]
  ) {
    for (index, engine) in engines.enumerated() {
      let times = outcome.contest.times[index]
      let moved = times.median.map { Double(bytes) / $0 }
      let memory = peaks[index][keyPath: bandwidth].value
      let peak = outcome.peaks[engine.threads]
      let share = Series(
        [:], unit: "of peak",
        samples: zip(times.samples, peak?.samples ?? []).map { Double(operations) / $0 / $1 })
      table.rows.append([
        .count(batchSize), .text(engine.label), .count(times.samples.count),
        .figure(times.median.map { Double(operations) / $0 / 1e9 }),
        .figure(peak?.median.map { $0 / 1e9 }), .figure(share.median.map { $0 * 100 }),
        .figure(moved.map { $0 / 1e9 }), .figure(memory / 1e9),
        .figure(moved.map { $0 / memory * 100 }),
      ])
    }
  }

  /// The explanation below the tables.
  static let legend =
    "Peaks are measured with as many threads: fused multiply-adds in registers, in the same rounds, "
    + "of which shares of the peak are; and once the memory's, over arrays that no cache holds, by "
    + "STREAM's triad for training and by reading for inference. Where two threads' peak is hardly higher than one's, as it "
    + "may be while two virtual processors share a core, arithmetic gains little by the second. "
    + "Bytes are those that would have to move if no cache held anything between two steps or calls: "
    + "parameters, averages and the optimizer's numbers read and written once a step (read once a "
    + "call), images read once; above 100 %, a cache holds them."
}
