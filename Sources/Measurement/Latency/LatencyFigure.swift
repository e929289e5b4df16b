import Statistics

/// A percentile of how long calls take, and how well it is known.
public struct LatencyFigure: Codable, Hashable, Sendable {
  /// The percentile of the sample.
  public let time: Seconds

  /// The interval of the population's percentile; it assumes no distribution.
  public let interval: Interval<Seconds>

  /// Makes a figure.
  ///
  /// - Parameters:
  ///   - time: the percentile of the sample.
  ///   - interval: the interval of the population's percentile.
  public init(time: Seconds, interval: Interval<Seconds>) {
    self.time = time
    self.interval = interval
  }

  /// The same for a part of the call's work.
  ///
  /// - Parameters:
  ///   - figure: the whole call's.
  ///   - parts: how many equal parts it has.
  /// - Returns: what falls to one part.
  public static func / (figure: LatencyFigure, parts: Double) -> LatencyFigure {
    LatencyFigure(time: figure.time / parts, interval: figure.interval.map { $0 / parts })
  }
}

extension LatencyFigure: CustomStringConvertible {
  /// The percentile and its interval, such as `23.8 µs (23.1 µs to 24.9 µs)`.
  public var description: String { "\(time) (\(interval))" }
}

extension LatencyFigure? {
  /// The figure, or `–` where there are too few calls for one.
  public var text: String { self?.description ?? "–" }
}
