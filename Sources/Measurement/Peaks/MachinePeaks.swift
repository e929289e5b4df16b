import Foundation

/// The most that the machine does, as measured on it: what other rates are shares of.
///
/// In JSON: `threads`, `operations` in FLOP/s, `read` and `triad` in B/s.
public struct MachinePeaks: Codable, Hashable, Sendable {
  /// The threads that worked at once.
  public let threads: Int

  /// Floating-point operations per second of fused multiply-adds, two each.
  public let operations: OperationsPerSecond

  /// Bytes per second that are read from memory.
  public let read: BytesPerSecond

  /// Bytes per second that STREAM's triad moves, two thirds of them read and one written.
  public let triad: BytesPerSecond

  /// Gathers peaks.
  ///
  /// - Parameters:
  ///   - threads: the threads that worked at once.
  ///   - operations: floating-point operations per second.
  ///   - read: bytes per second that are read from memory.
  ///   - triad: bytes per second that STREAM's triad moves.
  public init(
    threads: Int, operations: OperationsPerSecond, read: BytesPerSecond, triad: BytesPerSecond
  ) {
    self.threads = threads
    self.operations = operations
    self.read = read
    self.triad = triad
  }

  /// The size of an array that no cache holds: four times the last-level caches (STREAM's rule).
  ///
  /// At least 64 MiB, and at most a sixteenth of the memory, of which three arrays are made.
  ///
  /// - Parameters:
  ///   - cache: bytes of the last-level caches; nil where they aren't known.
  ///   - memory: bytes of the memory.
  /// - Returns: the bytes.
  public static func bytesPerArray(
    cache: Int? = LastLevelCache.bytes, memory: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) -> Int {
    let (wanted, isTooLarge) = (cache ?? 0).multipliedReportingOverflow(by: 4)
    return min(max(isTooLarge ? .max : wanted, 64 << 20), Int(clamping: memory / 16))
  }

  /// Measures the peaks: the best of many runs each, since whatever disturbs one makes it slower.
  ///
  /// - Parameters:
  ///   - threads: the threads that work at once, at least one.
  ///   - time: how long each of the three is measured.
  ///   - bytesPerArray: the size of the arrays that are moved.
  ///   - clock: the clock to read.
  /// - Returns: the peaks.
  public static func measure(
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
    let sample = measureLatency(warmUp: 1, repetitions: .max, timeLimit: time, clock: clock) {
      _ in body()
    }
    return max(sample.calls.min() ?? time, Seconds(1e-9))
  }
}
