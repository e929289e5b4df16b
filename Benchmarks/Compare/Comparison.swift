import Files
import Measurement
import Reporting
import Statistics

/// Two files of results, row by row.
struct Comparison {
  /// A row that both files have.
  struct Row {
    let name: String
    let ratio: MedianRatio
  }

  /// A time that was measured several times.
  private struct Time {
    let name: String
    let samples: [Double]
  }

  /// The rows that both files have.
  let rows: [Row]
  /// Names of the old file's rows that the new one lacks.
  let onlyOld: [String]
  /// Names of the new file's rows that the old one lacks.
  let onlyNew: [String]
  /// What differs between the machines, their peaks and the builds, and whether one was busy, in words.
  let differences: [String]

  /// Matches the times of two runs by their labels.
  ///
  /// A latency's samples are the medians of its copies, which know of the weights' place in memory.
  /// Rates and quotients aren't compared, since they follow from the times, nor are energies, which
  /// are modelled on most machines.
  init(_ old: Results, _ new: Results) {
    let (before, after) = (Self.times(old), Self.times(new))
    let known = Dictionary(before.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    rows = after.compactMap { time in
      known[time.name].flatMap { MedianRatio(old: $0.samples, new: time.samples) }
        .map { Row(name: time.name, ratio: $0) }
    }
    let compared = Set(rows.map(\.name))
    onlyOld = before.map(\.name).filter { !compared.contains($0) }
    onlyNew = after.map(\.name).filter { !compared.contains($0) }
    differences = Self.differences(old, new)
  }

  private static func times(_ results: Results) -> [Time] {
    results.series.filter { $0.unit.hasPrefix("s/") }.map {
      Time(name: Series.name($0.labels), samples: $0.samples)
    } + results.latencies.map { Time(name: Series.name($0.labels), samples: $0.copyMedians) }
  }

  private static func differences(_ old: Results, _ new: Results) -> [String] {
    let (a, b) = (old.machine, new.machine)
    let pairs = [
      ("processor", a.processor ?? "unknown", b.processor ?? "unknown"),
      ("logical processors", String(a.processorCount), String(b.processorCount)),
      ("memory", "\(a.memoryBytes >> 20) MiB", "\(b.memoryBytes >> 20) MiB"),
      ("system", a.operatingSystem, b.operatingSystem),
      ("built for", a.instructionsBuiltFor, b.instructionsBuiltFor),
      ("compiler", a.swiftCompiler, b.swiftCompiler),
      ("build", a.buildConfiguration, b.buildConfiguration),
    ]
    let lines =
      pairs.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1), then \($0.2)" }
      + PeakDifference.lines(old.series, new.series)
    // One thread of someone else's is enough to make every time another one.
    guard max(old.load ?? 0, new.load ?? 0) >= 1 else { return lines }
    let loads = [old, new].map { $0.load.map { NumberFormat.decimals(1).string($0) } ?? "unknown" }
    return lines + ["load before: \(loads[0]), then \(loads[1])"]
  }

  /// The rows that are surely slower by more than a share.
  func slowdowns(beyond share: Double) -> [Row] {
    rows.filter { $0.ratio.isSlower(byMoreThan: share) }
  }

  /// A row for each that both files have.
  func table(slowdown share: Double) -> TextTable {
    TextTable(
      caption: "new time / old time",
      columns: [.right("ratio"), .right("from"), .right("to"), .left(""), .left("what")],
      rows: rows.map { row in
        let verdict =
          row.ratio.isSlower(byMoreThan: share)
          ? "slower" : row.ratio.isFaster ? "faster" : ""
        return [
          .figure(row.ratio.ratio), .figure(row.ratio.interval?.lower),
          .figure(row.ratio.interval?.upper), .text(verdict), .text(Printable.line(row.name)),
        ]
      })
  }
}

/// How the machine's peak, as it was measured beside the same work, differs between two runs.
///
/// Virtual processors may share a core for as long as a run lasts, and not in the next one: then a
/// difference between the runs is none between the programs.
enum PeakDifference {
  /// What a peak may be of another one for times to be compared without a word.
  private static let allowance = 0.9...1 / 0.9

  /// A line for each number of threads with which the peaks of two runs differ.
  static func lines(_ old: [Series], _ new: [Series]) -> [String] {
    let known = Dictionary(
      peaks(old).map { ($0.labels, $0) }, uniquingKeysWith: { first, _ in first })
    var ratios: [Int: [Double]] = [:]
    for peak in peaks(new) {
      guard let threads = peak.labels["threads"].flatMap({ Int($0) }), let after = peak.median,
        let before = known[peak.labels]?.median
      else { continue }
      ratios[threads, default: []].append(after / before)
    }
    return ratios.sorted { $0.key < $1.key }.compactMap { threads, ratios in
      guard let least = ratios.min(), let most = ratios.max(),
        !allowance.contains(least) || !allowance.contains(most)
      else { return nil }
      let times = NumberFormat.significant(2)
      return "peak of multiply-adds, threads \(threads): \(times.string(least)) to "
        + "\(times.string(most)) times the old one, beside the rows' own work"
    }
  }

  private static func peaks(_ series: [Series]) -> [Series] {
    series.filter { $0.labels["by"] == "peak" && $0.unit == "FLOP/s" }
  }
}

/// The quotient of two medians, each of samples of its own, with an interval.
struct MedianRatio: Equatable {
  /// The quotient of the samples' medians.
  let ratio: Double
  /// The 95 % interval of the quotient of the populations' medians; nil for too few samples.
  let interval: Interval<Double>?

  /// Compares two series of positive figures.
  ///
  /// Each median lies between two of its samples, whatever the distribution, with a chance that
  /// follows from their ranks alone (David and Nagaraja, "Order Statistics", section 7.1). Each is
  /// given a chance of at least √0.95; the two series are of different runs and so independent, and
  /// both medians are in their intervals [a, b] and [c, d] with chance √0.95² = 0.95. Then, all being
  /// positive, the quotient of the second's median and the first's is in [c / b, d / a]. The interval
  /// holds in more cases than it says, since the converse is not so. It takes seven samples of each.
  ///
  /// What it doesn't know of is what differs from run to run and not within one: where memory lies,
  /// what else the machine did.
  init?(old: [Double], new: [Double]) {
    guard let before = OrderStatistics(old), let after = OrderStatistics(new),
      before.sorted[0] > 0, after.sorted[0] > 0
    else { return nil }
    ratio = after.median / before.median
    let level = 0.95
    guard let a = before.medianInterval(level: level.squareRoot()),
      let b = after.medianInterval(level: level.squareRoot())
    else {
      interval = nil
      return
    }
    interval = Interval(lower: b.lower / a.upper, upper: b.upper / a.lower, level: level)
  }

  /// Whether the interval says that the new median is larger by more than a share, 0.1 for a tenth.
  func isSlower(byMoreThan share: Double) -> Bool {
    interval.map { $0.lower > 1 + share } ?? false
  }

  /// Whether the interval says that the new median is smaller.
  var isFaster: Bool { interval.map { $0.upper < 1 } ?? false }
}
