import Foundation
import Synchronization
import Testing

@testable import OptimizedTraining

@Suite struct SpinBarrierTests {
  /// What the threads of a barrier have in common.
  private final class Rounds: Sendable {
    let barrier = SpinBarrier()
    let arrivals = Atomic<Int>(0)
    let tooEarly = Atomic<Int>(0)
    let done = DispatchSemaphore(value: 0)
  }

  /// Nobody is in a round before all have left the one before, and each round sees all arrivals.
  @Test(arguments: [2, 3, 5])
  func `nobody passes the barrier before all have come`(_ count: Int) {
    let rounds = Rounds()
    for _ in 0..<count {
      Thread.detachNewThread {
        for round in 1...200 {
          rounds.arrivals.add(1, ordering: .relaxed)
          rounds.barrier.wait(for: count)
          if rounds.arrivals.load(ordering: .relaxed) != round * count {
            rounds.tooEarly.add(1, ordering: .relaxed)
          }
          rounds.barrier.wait(for: count)
        }
        rounds.done.signal()
      }
    }
    for _ in 0..<count { rounds.done.wait() }
    #expect(rounds.tooEarly.load(ordering: .relaxed) == 0)
    #expect(rounds.arrivals.load(ordering: .relaxed) == 200 * count)
  }

  @Test func `one member alone need not wait`() {
    let barrier = SpinBarrier()
    for _ in 0..<3 { barrier.wait(for: 1) }
  }
}
