import Dispatch

/// A clock that never goes back.
public struct MonotonicClock: Sendable {
  /// The clock's reading in nanoseconds since a point of its own.
  public let nanoseconds: @Sendable () -> UInt64

  /// Makes a clock.
  ///
  /// - Parameter nanoseconds: reads the clock, in nanoseconds.
  public init(nanoseconds: @escaping @Sendable () -> UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// The system's, which does not follow changes of the date and time.
  public static let system = MonotonicClock { DispatchTime.now().uptimeNanoseconds }
}

/// Measures the time since it was started.
public struct Stopwatch: Sendable {
  private let clock: MonotonicClock
  private let start: UInt64

  /// Starts a stopwatch.
  ///
  /// - Parameter clock: the clock that it reads.
  public init(clock: MonotonicClock = .system) {
    self.clock = clock
    start = clock.nanoseconds()
  }

  /// The time since the start.
  public var elapsed: Seconds {
    let now = clock.nanoseconds()
    return Seconds(Double(now > start ? now - start : 0) / 1e9)
  }

  /// Measures how long a piece of work takes.
  ///
  /// - Parameters:
  ///   - clock: the clock to read.
  ///   - body: the work.
  /// - Returns: the work's result, and the time.
  /// - Throws: what the work throws.
  public static func measure<Result, Failure: Error>(
    clock: MonotonicClock = .system, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> (result: Result, time: Seconds) {
    let watch = Stopwatch(clock: clock)
    let result = try body()
    return (result, watch.elapsed)
  }
}
