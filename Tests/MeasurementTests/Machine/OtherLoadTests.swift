import Foundation
import Synchronization
import Testing

@testable import Measurement

@Suite struct OtherLoadTests {
  /// Whether a round of ten seconds on two processors is disturbed, which were busy for so long, and
  /// for so long of it with the measured programs.
  private func isDisturbed(busy: Double, own: Double) -> Bool? {
    let seconds = Mutex(UInt64(0))
    var isOver: Bool { seconds.withLock { $0 > 0 } }
    let load = OtherLoad(
      read: { .init(processors: 2, busy: Seconds(isOver ? 100 + busy : 100)) },
      own: { Seconds(isOver ? 7 + own : 7) },
      clock: MonotonicClock { seconds.withLock { $0 * 1_000_000_000 } })
    return load.isDisturbed { seconds.withLock { $0 = 10 } }
  }

  /// 2 % of twenty seconds are 0.4, and a tick of each processor is a hundredth of a second.
  @Test func othersMayTakeTwoPerCent() {
    #expect(isDisturbed(busy: 20, own: 20) == false)
    #expect(isDisturbed(busy: 20, own: 19.61) == false)
    #expect(isDisturbed(busy: 20, own: 19.5) == true)
    // Counted by ticks, own time may be more than all time.
    #expect(isDisturbed(busy: 9.9, own: 10) == false)
  }

  /// On Linux the system tells, and a process that has only just begun to look has seen nothing.
  @Test func theSystemIsWatched() {
    #if os(Linux)
      let reading = OtherLoad.system()
      #expect(reading.map { $0.processors > 0 && $0.busy > .zero } == true)
      #expect(OtherLoad.watchSystem()() != nil)
    #else
      #expect(OtherLoad.watchSystem()() == nil)
    #endif
  }

  @Test func withoutACountNobodyKnows() {
    #expect(OtherLoad(read: { nil }, own: { .zero }).isDisturbed {} == nil)
    let reading = OtherLoad.Reading(processors: 1, busy: .zero)
    #expect(OtherLoad(read: { reading }, own: { nil }).isDisturbed {} == nil)
  }

  @Test func readsLinuxStatistics() throws {
    let text = """
      cpu  100 10 40 5000 300 1 2 30 50 0
      cpu0 50 5 20 2500 150 1 1 15 25 0
      cpu1 50 5 20 2500 150 0 1 15 25 0
      intr 12345
      """
    let reading = try #require(OtherLoad.reading(inStatistics: text))
    #expect(reading.processors == 2)
    #expect(reading.busy == Seconds(183 / Double(sysconf(Int32(_SC_CLK_TCK)))))
    for text in ["", "cpu  1 2 3", "cpu  1 2 3 4 5 6 7 8 9 0", "cpu a b c d e f g h\ncpu0 1"] {
      #expect(OtherLoad.reading(inStatistics: text) == nil)
    }
  }
}
