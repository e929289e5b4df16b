import Foundation

/// Reads how long the processors were busy with this process, all of them together.
public struct ProcessorTime: Sendable {
  /// The processor time in nanoseconds; nil where the system doesn't tell.
  public let nanoseconds: @Sendable () -> UInt64?

  /// Makes a reader.
  ///
  /// - Parameter nanoseconds: reads the processor time, in nanoseconds.
  public init(nanoseconds: @escaping @Sendable () -> UInt64?) {
    self.nanoseconds = nanoseconds
  }

  /// The running process's, of all its threads, in programs and in the system.
  public static let system = ProcessorTime {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return UInt64(clamping: time.tv_sec) * 1_000_000_000 + UInt64(clamping: time.tv_nsec)
  }
}

/// Energy by a model: what is there where nothing counts.
///
/// It knows this process's time only, so what the machine draws when idle, or for others, is not in
/// its figures.
public struct ModelSource: EnergySource {
  /// The model.
  public let model: EnergyModel

  /// The source's name, which is the model's.
  public var name: String { model.name }

  private let clock: MonotonicClock
  private let processorTime: ProcessorTime

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - clock: the clock to read.
  ///   - processorTime: reads how long the processors were busy.
  public init(
    _ model: EnergyModel = .assumed, clock: MonotonicClock = .system,
    processorTime: ProcessorTime = .system
  ) {
    self.model = model
    self.clock = clock
    self.processorTime = processorTime
  }

  /// Reads the times for the first time.
  ///
  /// - Returns: the count.
  public func start() -> any EnergyCount {
    let reading = Stopwatch(clock: clock)
    let busy = processorTime.nanoseconds()
    return Count(source: self, busy: busy, reading: reading.elapsed, watch: .init(clock: clock))
  }

  private struct Count: EnergyCount {
    let source: ModelSource
    /// The processor time at the beginning.
    let busy: UInt64?
    /// How long the first reading took.
    let reading: Seconds
    /// Started after the first reading.
    let watch: Stopwatch

    var longestStep: UInt64? { nil }

    func read() {}

    func stop() -> EnergyCounts {
      let time = watch.elapsed
      let again = Stopwatch(clock: source.clock)
      let after = source.processorTime.nanoseconds()
      let overhead = reading + again.elapsed
      guard let busy, let after, after >= busy else {
        return EnergyCounts(
          total: EnergyRecord(
            .unavailable(reason: "the system doesn't tell how long its processors were busy"),
            source: source.name, domain: "processor + memory", interval: time, overhead: overhead))
      }
      return source.model.counts(
        busy: Seconds(Double(after - busy) / 1e9), over: time, overhead: overhead)
    }
  }
}
