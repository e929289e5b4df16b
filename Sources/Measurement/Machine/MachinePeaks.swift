import Foundation

/// The most that the machine does, as measured on it: what other rates are shares of.
///
/// In JSON: `threads`, `operations` in FLOP/s, `read` and `triad` in B/s.
package struct MachinePeaks: Codable, Hashable, Sendable {
  /// The threads that worked at once.
  package let threads: Int
  /// Floating-point operations per second of fused multiply-adds, two each.
  package let operations: OperationsPerSecond
  /// Bytes per second that are read from memory.
  package let read: BytesPerSecond
  /// Bytes per second that STREAM's triad moves, two thirds of them read and one written.
  package let triad: BytesPerSecond

  package init(
    threads: Int, operations: OperationsPerSecond, read: BytesPerSecond, triad: BytesPerSecond
  ) {
    self.threads = threads
    self.operations = operations
    self.read = read
    self.triad = triad
  }

  /// The size of an array that no cache holds: four times the last-level caches (STREAM's rule).
  ///
  /// At least 64 MiB, and at most a sixteenth of the memory, of which three arrays are made. Sizes
  /// are in bytes, `cache` is that of the last-level caches.
  package static func bytesPerArray(
    cache: Int? = LastLevelCache.bytes, memory: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) -> Int {
    let (wanted, isTooLarge) = (cache ?? 0).multipliedReportingOverflow(by: 4)
    return min(max(isTooLarge ? .max : wanted, 64 << 20), Int(clamping: memory / 16))
  }

  /// Measures the peaks: the best of many runs each, since whatever disturbs one makes it slower.
  ///
  /// At least one thread works, and each of the three peaks is measured for `time`.
  package static func measure(
    threads: Int, time: Seconds, bytesPerArray: Int = bytesPerArray(),
    clock: MonotonicClock = .system
  ) -> MachinePeaks {
    let threads = max(threads, 1)
    let traffic = MemoryTraffic(bytesPerArray: bytesPerArray, threads: threads)
    func bandwidth(_ kernel: MemoryTraffic.Kernel) -> BytesPerSecond {
      let best = best(time, clock) { traffic.sweep(kernel) }
      return BytesPerSecond(Double(traffic.bytes(kernel)) / best.value)
    }
    let loops = MultiplyAddPeak(threads: threads)
    // Some ten milliseconds, long beside what starting threads takes.
    let iterations = 1_000_000
    let run = best(time, clock) { loops.run(iterations: iterations) }
    let count = iterations * loops.operationsPerIteration
    return MachinePeaks(
      threads: threads, operations: OperationsPerSecond(Double(count) / run.value),
      read: bandwidth(.read), triad: bandwidth(.triad))
  }

  /// The shortest of the times that a piece of work takes, at least a nanosecond.
  private static func best(
    _ time: Seconds, _ clock: MonotonicClock, _ body: () -> Void
  ) -> Seconds {
    let sample = measureLatency(
      warmUp: 1, repetitions: .max, timeLimit: time, clock: clock, body)
    return max(sample.calls.min() ?? time, Seconds(1e-9))
  }
}
