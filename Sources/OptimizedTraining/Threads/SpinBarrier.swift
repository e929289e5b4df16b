import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Waits without sleeping, for what comes within microseconds.
///
/// Waking a thread costs tens of microseconds, more than many a phase of a training step. After
/// some thousand looks the processor is offered to other threads, so that a team with more members
/// than processors goes on too.
struct SpinWait {
  private var looks = 0

  /// Looks between two offers of the processor.
  private static let patience = 1 << 12

  /// Waits between two looks.
  @inline(__always)
  mutating func pause() {
    looks &+= 1
    if looks & (Self.patience - 1) == 0 { sched_yield() }
  }
}

/// A point that no member of a team passes before all have come.
///
/// What a member wrote before `wait` is visible to all after it: each arrival releases and acquires
/// the counter, the last one releases the generation, and the others acquire it.
final class SpinBarrier: Sendable {
  private let arrived = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)

  /// Waits until as many have come as the count, which is the same for each.
  @inline(__always)
  func wait(for count: Int) {
    guard count > 1 else { return }
    let current = generation.load(ordering: .relaxed)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      generation.store(current &+ 1, ordering: .releasing)
    } else {
      var wait = SpinWait()
      while generation.load(ordering: .acquiring) == current { wait.pause() }
    }
  }
}
