import CommandLineTools
import Foundation
import Measurement

/// Tells whether other programs, or other guests of the machine's host, took the processors during a
/// round.
///
/// The time that all processors were busy, or stolen from them, less that of the programs that are
/// measured, is the others'. A round is disturbed where that is more than 2 % of all processors'
/// time, the precision at which a measurement ends, and more than the tick by which the system counts
/// can explain.
struct OtherLoad {
  /// The processors, and how long all of them have been busy or stolen, since the machine was started.
  struct Reading {
    let processors: Int
    let busy: Seconds
  }

  /// The system's count; nil where it doesn't tell.
  let read: () -> Reading?
  /// The time that the measured programs have had of all processors; nil where nobody tells.
  let own: () -> Seconds?
  var clock = MonotonicClock.system

  private static let share = 0.02
  /// The ticks a second by which Linux counts for programs.
  private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

  /// Does the work of a round; returns whether others took the processors, or nil where nobody knows.
  func isDisturbed(during work: () throws -> Void) rethrows -> Bool? {
    let (before, ownBefore, watch) = (read(), own(), Stopwatch(clock: clock))
    try work()
    let (wall, ownAfter, after) = (watch.elapsed, own(), read())
    guard let before, let after, let ownBefore, let ownAfter else { return nil }
    let others = (after.busy - before.busy) - (ownAfter - ownBefore)
    let processors = Double(after.processors)
    return others > wall * (Self.share * processors) + Seconds(processors / Self.ticksPerSecond)
  }

  /// What Linux's `/proc/stat` says; nil on other systems.
  static func system() -> Reading? {
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
