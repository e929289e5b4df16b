import Statistics

/// How long each of a number of equal calls took; encodes as a list of seconds.
package struct LatencySample: Codable, Hashable, Sendable {
  /// The time of each call, in the order of the calls; at least one.
  package let calls: [Seconds]

  private let order: OrderStatistics

  /// Makes a sample; nil without calls, or when a time is not finite.
  package init?(calls: [Seconds]) {
    guard let order = OrderStatistics(calls.map(\.value)) else { return nil }
    self.calls = calls
    self.order = order
  }

  /// Makes a sample of times that a stopwatch gave, which are always finite.
  fileprivate init(measured calls: [Seconds]) {
    self.calls = calls
    order = OrderStatistics(finite: calls.map(\.value))
  }

  /// The median time of a call.
  package var median: Seconds { Seconds(order.median) }

  /// A percentile with its 95 % interval, by the share of calls that it is to hold; nil when there
  /// are too few calls for the interval.
  package func figure(_ probability: Double) -> LatencyFigure? {
    order.quantileInterval(probability).map {
      LatencyFigure(
        time: Seconds(order.quantile(probability)), interval: $0.map(Seconds.init))
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let sample = LatencySample(calls: try container.decode([Seconds].self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a latency sample needs at least one finite time")
    }
    self = sample
  }

  package func encode(to encoder: any Encoder) throws { try calls.encode(to: encoder) }
}

/// A percentile of how long calls take, and how well it is known.
package struct LatencyFigure: Codable, Hashable, Sendable {
  /// The percentile of the sample.
  package let time: Seconds
  /// The interval of the population's percentile; it assumes no distribution.
  package let interval: Interval<Seconds>

  /// The figure of one of many equal parts of a call's work.
  package static func / (figure: LatencyFigure, parts: Double) -> LatencyFigure {
    LatencyFigure(time: figure.time / parts, interval: figure.interval.map { $0 / parts })
  }
}

extension LatencyFigure: CustomStringConvertible {
  /// The percentile and its interval, such as `23.8 µs (23.1 µs to 24.9 µs)`.
  package var description: String { "\(time) (\(interval))" }
}

extension LatencyFigure? {
  /// The figure, or `–` where there are too few calls for one.
  package var text: String { self?.description ?? "–" }
}

/// Measures how long equal calls take, one by one, after some that aren't measured.
///
/// Measuring ends after the repetitions or when the time is over, but not before one call. The
/// body should leave its result where it is read later, so that the compiler can't leave the work
/// out. The clock's own cost, some tens of nanoseconds, is part of each figure.
@inline(never)
func measureLatency(
  warmUp: Int, repetitions: Int, timeLimit: Seconds? = nil, clock: MonotonicClock = .system,
  _ body: () -> Void
) -> LatencySample {
  for _ in 0..<max(warmUp, 0) { body() }
  let total = Stopwatch(clock: clock)
  var calls = [Stopwatch.measure(clock: clock, body).time]
  while calls.count < repetitions, timeLimit.map({ total.elapsed < $0 }) ?? true {
    calls.append(Stopwatch.measure(clock: clock, body).time)
  }
  return LatencySample(measured: calls)
}

extension Stopwatch {
  /// The median time that stopwatches show which are read as soon as they are started: what reading
  /// the clock adds to a measured time.
  package static func cost(clock: MonotonicClock = .system, repetitions: Int = 1001) -> Seconds {
    measureLatency(warmUp: 100, repetitions: repetitions, clock: clock) {}.median
  }
}
