import CommandLineTools
import Measurement
import Reporting

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

  /// What stands below the tables.
  static let legend =
    "Peaks are measured with as many threads: fused multiply-adds in registers, in the same rounds, "
    + "of which shares of the peak are; and once the memory's, over arrays that no cache holds, by "
    + "STREAM's triad for training and by reading for inference. Where two threads' peak is hardly higher than one's, as it "
    + "may be while two virtual processors share a core, arithmetic gains little by the second. "
    + "Bytes are those that would have to move if no cache held anything between two steps or calls: "
    + "parameters, averages and the optimizer's numbers read and written once a step (read once a "
    + "call), images read once; above 100 %, a cache holds them."
}
