import CProcessor
import Dispatch
import Foundation
import Synchronization

/// Where threads wait for what comes within microseconds: they look for it, and then they park.
///
/// Waking a parked thread costs tens of microseconds, more than many a phase of a training step, so
/// a wait begins with looking. After a tenth of a millisecond, whoever is waited for has probably lost
/// its processor. A thread that goes on looking then takes a processor from it; a parked one doesn't.
final class Parking: Sendable {
  private let parked = Atomic<Int>(0)
  private let condition = NSCondition()
  private let waited = Atomic<UInt64>(0)

  /// Looks before a wait counts as long; the first of them without a pause.
  private static let looks = 256
  private static let looksWithoutPause = 16
  /// Nanoseconds of looking before a thread parks.
  private static let patience: UInt64 = 100_000

  /// Nanoseconds on a clock that doesn't go back.
  static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Nanoseconds that long waits took together, each without its first few microseconds, since this
  /// was asked last.
  func takeWaited() -> UInt64 {
    waited.load(ordering: .relaxed) == 0 ? 0 : waited.exchange(0, ordering: .relaxed)
  }

  /// Waits until a condition is true, which whoever makes it true follows by `wake`.
  @inline(__always)
  func wait(until isOver: () -> Bool) {
    for look in 0..<Self.looks {
      if isOver() { return }
      if look > Self.looksWithoutPause { processor_pause() }
    }
    waitLonger(until: isOver)
  }

  private func waitLonger(until isOver: () -> Bool) {
    let start = Self.now
    defer { waited.add(Self.now &- start, ordering: .relaxed) }
    repeat {
      for _ in 0..<Self.looks / 4 {
        if isOver() { return }
        processor_pause()
      }
      sched_yield()
    } while Self.now &- start < Self.patience
    condition.lock()
    parked.add(1, ordering: .sequentiallyConsistent)
    while !isOver() { condition.wait() }
    parked.subtract(1, ordering: .relaxed)
    condition.unlock()
  }

  /// Wakes those that are parked, after a sequentially consistent store that ends their wait.
  ///
  /// Whoever parks is counted first and looks again then, so that one of the two sees the other.
  @inline(__always)
  func wake() {
    guard parked.load(ordering: .sequentiallyConsistent) > 0 else { return }
    condition.lock()
    condition.broadcast()
    condition.unlock()
  }
}

/// A point that no member of a team passes before all have come.
///
/// What a member wrote before `wait` is visible to all after it: each arrival releases and acquires
/// the counter, the last one releases the generation, and the others acquire it.
final class SpinBarrier: Sendable {
  private let arrived = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  let parking = Parking()

  /// Waits until as many have come as the count, which is the same for each.
  @inline(__always)
  func wait(for count: Int) {
    guard count > 1 else { return }
    let current = generation.load(ordering: .relaxed)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      generation.store(current &+ 1, ordering: .sequentiallyConsistent)
      parking.wake()
    } else {
      parking.wait { generation.load(ordering: .sequentiallyConsistent) != current }
    }
  }
}
