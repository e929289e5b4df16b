import Dispatch

/// A clock that never goes back.
package struct MonotonicClock: Sendable {
  /// Reads the nanoseconds since a point of the clock's own.
  package let nanoseconds: @Sendable () -> UInt64

  package init(nanoseconds: @escaping @Sendable () -> UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// The system's, which does not follow changes of the date and time.
  package static let system = MonotonicClock { DispatchTime.now().uptimeNanoseconds }
}

/// Measures the time since it was started.
package struct Stopwatch: Sendable {
  private let clock: MonotonicClock
  private let start: UInt64

  package init(clock: MonotonicClock = .system) {
    self.clock = clock
    start = clock.nanoseconds()
  }

  package var elapsed: Seconds {
    let now = clock.nanoseconds()
    return Seconds(nanoseconds: now > start ? now - start : 0)
  }

  /// Measures how long a piece of work takes, and returns its result with the time.
  package static func measure<Result, Failure: Error>(
    clock: MonotonicClock = .system, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> (result: Result, time: Seconds) {
    let watch = Stopwatch(clock: clock)
    let result = try body()
    return (result, watch.elapsed)
  }
}

extension Seconds {
  /// Makes a duration from a clock's whole nanoseconds.
  init(nanoseconds: UInt64) { self.init(Double(nanoseconds) / 1e9) }
}
