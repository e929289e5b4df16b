/// How long calls that work on a batch take, as a batch and as each image's share of it.
///
/// In JSON, it is one object: `batchSize`, images a call; `clockCost`, what reading the clock adds
/// to each call, in seconds, which is not subtracted; `calls`, the time of each call in seconds;
/// and, for readers, `median`, `percentile90` and `percentile99` of a call, each with its `time`
/// and its 95 % `interval` (`lower`, `upper`, `level`), and absent where the calls are too few.
package struct LatencySummary: Hashable, Sendable {
  /// Images a call.
  package let batchSize: Int
  package let sample: LatencySample
  /// What reading the clock adds to each call's time.
  package let clockCost: Seconds

  package init(_ sample: LatencySample, batchSize: Int, clockCost: Seconds) {
    precondition(batchSize > 0, "a call works on at least one image")
    self.sample = sample
    self.batchSize = batchSize
    self.clockCost = clockCost
  }

  /// The median of a call; nil for fewer than 6 calls.
  package var median: LatencyFigure? { sample.figure(0.5) }

  /// The time that nine calls in ten stay within; nil for fewer than 36 calls.
  package var percentile90: LatencyFigure? { sample.figure(0.9) }

  /// The time that 99 calls in 100 stay within; nil for fewer than 368 calls.
  package var percentile99: LatencyFigure? { sample.figure(0.99) }

  /// An image's share of a call's figure: the figure over the batch size.
  ///
  /// It is a share of the work and no waiting time: an image's result is there when its batch's is.
  package func perImage(_ figure: LatencyFigure?) -> LatencyFigure? {
    figure.map { $0 / Double(batchSize) }
  }

  /// The clock's cost as a share of the median call.
  package var clockShare: Double { clockCost / sample.median }
}

extension LatencySummary: Codable {
  private enum Key: CodingKey {
    case batchSize, clockCost, calls, median, percentile90, percentile99
  }

  /// Reads the calls, and leaves out what follows from them.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    batchSize = try container.decode(Int.self, forKey: .batchSize)
    guard batchSize > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .batchSize, in: container, debugDescription: "a batch has at least one image")
    }
    sample = try container.decode(LatencySample.self, forKey: .calls)
    clockCost = try container.decode(Seconds.self, forKey: .clockCost)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(batchSize, forKey: .batchSize)
    try container.encode(clockCost, forKey: .clockCost)
    try container.encode(sample, forKey: .calls)
    try container.encodeIfPresent(median, forKey: .median)
    try container.encodeIfPresent(percentile90, forKey: .percentile90)
    try container.encodeIfPresent(percentile99, forKey: .percentile99)
  }
}
