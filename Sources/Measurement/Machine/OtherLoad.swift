import Foundation

/// Tells whether other programs, or other guests of the machine's host, took the processors during a
/// round.
///
/// The time that all processors were busy, or stolen from them, less that of the programs that are
/// measured, is the others'. A round is disturbed where that is more than 2 % of all processors'
/// time, the precision at which a measurement ends, and more than the tick by which the system counts
/// can explain.
package struct OtherLoad {
  /// Begins to watch; what it returns tells at the end whether others took the processors meanwhile, or
  /// nil where nobody knows.
  package typealias Watch = @Sendable () -> @Sendable () -> Bool?

  /// The processors, and how long all of them have been busy or stolen, since the machine was started.
  package struct Reading: Sendable {
    let processors: Int
    let busy: Seconds

    package init(processors: Int, busy: Seconds) {
      (self.processors, self.busy) = (processors, busy)
    }
  }

  /// The system's count; nil where it doesn't tell.
  private let read: () -> Reading?
  /// The time that the measured programs have had of all processors; nil where nobody tells.
  private let own: () -> Seconds?
  private let clock: MonotonicClock

  package init(
    read: @escaping () -> Reading?, own: @escaping () -> Seconds?, clock: MonotonicClock = .system
  ) {
    (self.read, self.own, self.clock) = (read, own, clock)
  }

  /// What was read when a piece of work began.
  private struct Beginning {
    let reading: Reading?
    let own: Seconds?
    let watch: Stopwatch

    /// Whether others took the processors until now, when so much is read.
    func isDisturbed(_ after: Reading?, own ownAfter: Seconds?) -> Bool? {
      guard let reading, let after, let own, let ownAfter else { return nil }
      let others = (after.busy - reading.busy) - (ownAfter - own)
      let processors = Double(after.processors)
      return others > watch.elapsed * (share * processors) + Seconds(processors / ticksPerSecond)
    }
  }

  /// Watches the system, where all but this process are others.
  @Sendable package static func watchSystem() -> @Sendable () -> Bool? {
    let beginning = Beginning(reading: system(), own: .ofProcess, watch: Stopwatch())
    return { beginning.isDisturbed(system(), own: .ofProcess) }
  }

  private static let share = 0.02
  /// The ticks a second by which Linux counts for programs.
  private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

  /// Does the work of a round; returns whether others took the processors, or nil where nobody knows.
  package func isDisturbed(during work: () throws -> Void) rethrows -> Bool? {
    let beginning = Beginning(reading: read(), own: own(), watch: Stopwatch(clock: clock))
    try work()
    return beginning.isDisturbed(read(), own: own())
  }

  /// What Linux's `/proc/stat` says; nil on other systems.
  package static func system() -> Reading? {
    (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)).flatMap(reading(inStatistics:))
  }

  /// Reads the lines `cpu`, which adds up `cpu0`, `cpu1`, …: ticks in user, nice, system, idle,
  /// iowait, irq, softirq and steal; what guests have is part of user.
  static func reading(inStatistics text: String) -> Reading? {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("cpu") }
    let ticks = (lines.first ?? "").split(separator: " ").dropFirst().compactMap { Double($0) }
    guard lines.count > 1, ticks.count >= 8 else { return nil }
    let busy = ticks[..<8].reduce(0, +) - ticks[3] - ticks[4]
    return Reading(processors: lines.count - 1, busy: Seconds(busy / ticksPerSecond))
  }
}
