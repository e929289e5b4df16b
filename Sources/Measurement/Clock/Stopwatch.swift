import Dispatch
import Foundation

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
  /// The nanoseconds that all threads of the running process have had of all processors, in programs
  /// and in the system.
  static func processNanoseconds() throws(ReadingFault) -> UInt64 {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else {
      throw ReadingFault("the system doesn't tell how long its processors were busy")
    }
    return UInt64(clamping: time.tv_sec) * 1_000_000_000 + UInt64(clamping: time.tv_nsec)
  }

  /// The same as a duration; nil where the system doesn't tell.
  package static var ofProcess: Seconds? {
    (try? processNanoseconds()).map(Seconds.init(nanoseconds:))
  }

  /// Makes a duration from a clock's whole nanoseconds.
  init(nanoseconds: UInt64) { self.init(Double(nanoseconds) / 1e9) }
}
