import Synchronization

@testable import Measurement

/// A clock that only goes on when it is told to.
final class SteppingClock: Sendable {
  private let reading = Atomic<UInt64>(1_000)

  /// Lets time pass.
  func advance(nanoseconds: UInt64) {
    reading.add(nanoseconds, ordering: .relaxed)
  }

  var clock: MonotonicClock {
    MonotonicClock { self.reading.load(ordering: .relaxed) }
  }
}
