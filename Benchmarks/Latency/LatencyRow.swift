import Measurement
import Statistics

/// How long the forward passes of a trained model took, call by call, on several copies of it.
///
/// Copies differ in nothing but where their weights lie in memory, and in how the caches take to
/// that: by ten per cent and more, for as long as a copy lives. So the calls tell how these copies
/// vary, and only the copies tell how models do.
struct LatencyRow: Codable, Equatable {
  /// The labels that tell it from the others: model, training and inference batch size, threads.
  var labels: [String: String]
  /// The calls of each copy, at least one copy.
  var copies: [LatencySummary]

  /// The images of a call.
  var batchSize: Int { copies[0].batchSize }

  /// The time of every call, copy after copy.
  var calls: [Seconds] { copies.flatMap(\.sample.calls) }

  /// All calls together; each copy has made as many.
  var summary: LatencySummary? {
    LatencySample(calls: calls).map {
      LatencySummary($0, batchSize: batchSize, clockCost: copies[0].clockCost)
    }
  }

  /// The median over the copies of a call's median.
  var median: Seconds? {
    OrderStatistics(copyMedians).map { Seconds($0.median) }
  }

  /// The 95 % interval of that median; nil for fewer than six copies.
  var interval: Interval<Seconds>? {
    OrderStatistics(copyMedians)?.medianInterval()?.map(Seconds.init)
  }

  /// Each copy's median.
  var copyMedians: [Double] { copies.map(\.sample.median.value) }

  private enum Key: CodingKey {
    case labels, copies, median, interval
  }

  init(_ labels: [String: String], copies: [LatencySummary]) {
    precondition(!copies.isEmpty, "a model has at least one copy")
    self.labels = labels
    self.copies = copies
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    labels = try container.decode([String: String].self, forKey: .labels)
    copies = try container.decode([LatencySummary].self, forKey: .copies)
    guard !copies.isEmpty else {
      throw DecodingError.dataCorruptedError(
        forKey: .copies, in: container, debugDescription: "a latency needs at least one copy")
    }
  }

  /// Writes the calls, and for readers what follows from them.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(labels, forKey: .labels)
    try container.encode(copies, forKey: .copies)
    try container.encodeIfPresent(median, forKey: .median)
    try container.encodeIfPresent(interval, forKey: .interval)
  }
}

/// Whether models that were trained with different batch sizes are equally fast.
enum LatencyVerdict: String {
  /// All intervals have figures in common.
  case same = "same within intervals"
  /// Two intervals lie apart.
  case different = "intervals apart"
  /// There are too few copies for an interval, or one model alone.
  case unknown = "–"

  /// Compares the medians over copies, a row for each training batch size, interval by interval.
  ///
  /// Where models are equally fast, the seven copies of one are all on one side of the seven of
  /// another with chance 2 / C(14, 7) = 0.06 % (the extreme case of Mann and Whitney's test, "On a Test of
  /// Whether one of Two Random Variables is Stochastically Larger than the Other", 1947), which is
  /// when their intervals, then from the fastest copy to the slowest, lie apart.
  init(_ rows: [LatencyRow]) {
    let intervals = rows.compactMap(\.interval)
    guard intervals.count == rows.count, rows.count > 1 else {
      self = .unknown
      return
    }
    // Intervals on a line have a point in common when each two of them have (Helly).
    let lower = intervals.map(\.lower).max() ?? .zero
    let upper = intervals.map(\.upper).min() ?? .zero
    self = lower <= upper ? .same : .different
  }
}
