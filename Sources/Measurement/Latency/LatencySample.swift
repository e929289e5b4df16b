import Statistics

/// How long each of a number of equal calls took.
public struct LatencySample: Codable, Hashable, Sendable {
  /// The time of each call, in the order of the calls; at least one.
  public let calls: [Seconds]

  private let order: OrderStatistics

  /// Makes a sample.
  ///
  /// There is none without calls, or when a time is not finite.
  ///
  /// - Parameter calls: the time of each call, in the order of the calls.
  public init?(calls: [Seconds]) {
    guard let order = OrderStatistics(calls.map(\.value)) else { return nil }
    self.calls = calls
    self.order = order
  }

  /// Makes a sample of times that a stopwatch gave, which are always finite.
  init(measured first: Seconds, _ others: [Seconds]) {
    calls = [first] + others
    order = OrderStatistics(finite: calls.map(\.value))
  }

  /// The median time of a call.
  public var median: Seconds { Seconds(order.median) }

  /// The time that nine calls in ten stay within; nil for fewer than 29 calls.
  public var percentile90: Seconds? { order.supportedQuantile(0.9).map(Seconds.init) }

  /// The time that 99 calls in 100 stay within; nil for fewer than 299 calls.
  public var percentile99: Seconds? { order.supportedQuantile(0.99).map(Seconds.init) }

  /// A confidence interval of the median that assumes no distribution, only independent calls.
  ///
  /// - Parameter level: the confidence level, between 0 and 1.
  /// - Returns: the interval, or nil when there are too few calls for the level.
  public func medianInterval(level: Double = 0.95) -> Interval<Seconds>? {
    order.medianInterval(level: level)?.map(Seconds.init)
  }

  /// Reads the times of the calls.
  ///
  /// - Parameter decoder: where they are.
  /// - Throws: what the decoder throws when there is no list, or an unusable one.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let sample = LatencySample(calls: try container.decode([Seconds].self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a latency sample needs at least one finite time")
    }
    self = sample
  }

  /// Writes the times of the calls as a list of numbers, in seconds.
  ///
  /// - Parameter encoder: where it goes.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(calls)
  }
}
