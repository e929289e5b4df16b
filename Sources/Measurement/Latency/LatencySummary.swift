/// How long calls that work on a batch take, as a batch and as each image's share of it.
///
/// In JSON, it is one object: `batchSize`, images a call; `clockCost`, what reading the clock adds
/// to each call, in seconds, which is not subtracted; `calls`, the time of each call in seconds;
/// and, for readers, `median`, `percentile90` and `percentile99` of a call, each with its `time`
/// and its 95 % `interval` (`lower`, `upper`, `level`), and absent where the calls are too few.
package struct LatencySummary: Hashable, Sendable {
  /// Images a call.
  package let batchSize: Int
  /// What reading the clock adds to each call's time.
  package let clockCost: Seconds
  package let sample: LatencySample
  /// The median of a call; nil for fewer than 6 calls.
  package let median: LatencyFigure?
  /// The time that nine calls in ten stay within; nil for fewer than 36 calls.
  package let percentile90: LatencyFigure?
  /// The time that 99 calls in 100 stay within; nil for fewer than 368 calls.
  package let percentile99: LatencyFigure?

  package init(_ sample: LatencySample, batchSize: Int, clockCost: Seconds) {
    precondition(batchSize > 0, "a call works on at least one image")
    self.sample = sample
    self.batchSize = batchSize
    self.clockCost = clockCost
    median = sample.figure(0.5)
    percentile90 = sample.figure(0.9)
    percentile99 = sample.figure(0.99)
  }

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
  private enum CodingKeys: String, CodingKey {
    case batchSize, clockCost
    case sample = "calls"
    case median, percentile90, percentile99
  }

  /// Reads the calls, and computes what follows from them.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let batchSize = try container.decode(Int.self, forKey: .batchSize)
    guard batchSize > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .batchSize, in: container, debugDescription: "a batch has at least one image")
    }
    self.init(
      try container.decode(LatencySample.self, forKey: .sample), batchSize: batchSize,
      clockCost: try container.decode(Seconds.self, forKey: .clockCost))
  }
}
