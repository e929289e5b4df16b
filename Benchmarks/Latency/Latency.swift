import CommandLineTools
import Measurement
import Statistics
import TrainingCore

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
  /// All intervals overlap.
  case same = "same within intervals"
  /// Two intervals don't overlap.
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

/// Forward passes of several copies of several models, in turn.
///
/// A turn is two passes on different images, of which the second is timed: the first brings the
/// copy's weights back into the caches that the others have used since. The copies of a model are
/// made in turn with those of the others, so that none lie together in memory.
struct LatencyContest<T: Trainer> {
  /// The copies of each model.
  let models: [[T]]
  /// The mini-batches that calls take in turn.
  let batches: [Batch]

  /// Turns of each copy that aren't timed, to warm up threads and the processor's clock.
  static var warmUpRounds: Int { 3 }

  /// Loads copies of trained states and puts the images into batches.
  init(
    _ states: [ModelState], _ configuration: RunConfiguration, copies: Int, threads: Int,
    _ workload: Workload
  ) throws(ModelError) {
    var models: [[T]] = states.map { _ in [] }
    for _ in 0..<copies {
      for (index, state) in states.enumerated() {
        models[index].append(try T(configuration, state: state, threads: threads))
      }
    }
    self.models = models
    let plan = workload.plan
    batches = (0..<plan.count).map { Batch(plan[$0], of: workload.examples) }
  }

  /// Compares the outputs of every copy with the reference's, bit for bit, on the first batch.
  func verify(against expected: [[Float]]) throws(CommandError) {
    for (copies, outputs) in zip(models, expected) {
      for copy in copies where copy.outputs(for: batches[0]) != outputs {
        throw .failure(
          "\(copy.model.name), batch \(batches[0].count): a copy's outputs differ from the "
            + "reference's, so there is nothing to time; run swift test")
      }
    }
  }

  /// Times every call of each copy of each model, for seven rounds at least.
  ///
  /// No round starts after `limit`; `willCall` is told the model, the copy and the batch before each
  /// call.
  func measure(
    limit: Seconds, mostRounds: Int = 500,
    willCall: (_ model: Int, _ copy: Int, _ batch: Int) -> Void = { _, _, _ in }
  ) throws -> [[[Seconds]]] {
    var times: [[[Seconds]]] = models.map { $0.map { _ in [] } }
    var call = 0
    var outputs: [Float] = []
    func pass(_ model: Int, _ copy: Int) -> Seconds {
      call += 1
      willCall(model, copy, call % batches.count)
      let batch = batches[call % batches.count]
      let trainer = models[model][copy]
      let watch = Stopwatch()
      outputs = trainer.outputs(for: batch)
      return watch.elapsed
    }
    func round(_ record: Bool) {
      for copy in models[0].indices {
        for model in models.indices {
          _ = pass(model, copy)
          let time = pass(model, copy)
          if record { times[model][copy].append(time) }
        }
      }
    }
    for _ in 0..<Self.warmUpRounds { round(false) }
    let watch = Stopwatch()
    let least = StoppingRule(timeLimit: limit).minimumRounds
    var count = 0
    while count < mostRounds, count < least || watch.elapsed < limit {
      try Rounds.requireNoInterrupt()
      round(true)
      count += 1
    }
    precondition(!outputs.isEmpty, "a forward pass has outputs")
    return times
  }
}
