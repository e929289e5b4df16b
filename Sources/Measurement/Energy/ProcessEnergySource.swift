#if os(macOS)
  import Darwin
#endif

/// Energy that the system attributes to this process, from a counter of nanojoules.
///
/// macOS has one, `ri_energy_nj` of `proc_pid_rusage` (XNU, `bsd/sys/resource.h`,
/// `rusage_info_v6`). Reading it there was compiled but never tried: take its figures with
/// caution. Elsewhere, and on Macs that don't count, there is none.
public struct ProcessEnergySource: EnergySource {
  /// Why there is no reading.
  struct Fault: Error {
    let reason: String
  }

  /// The source's name.
  public let name = "proc_pid_rusage"

  private let clock: MonotonicClock
  private let nanojoules: @Sendable () -> Result<UInt64, Fault>

  /// Makes a source.
  ///
  /// - Parameter clock: the clock to read.
  public init(clock: MonotonicClock = .system) {
    self.init(clock: clock, nanojoules: Self.readSystem)
  }

  /// Makes a source of a counter that a test makes up.
  init(clock: MonotonicClock, nanojoules: @escaping @Sendable () -> Result<UInt64, Fault>) {
    self.clock = clock
    self.nanojoules = nanojoules
  }

  private static func readSystem() -> Result<UInt64, Fault> {
    #if os(macOS)
      var usage = rusage_info_v6()
      let status = withUnsafeMutablePointer(to: &usage) { pointer in
        pointer.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
          proc_pid_rusage(getpid(), RUSAGE_INFO_V6, $0)
        }
      }
      return status == 0
        ? .success(usage.ri_energy_nj)
        : .failure(Fault(reason: "proc_pid_rusage failed: \(String(cString: strerror(errno)))"))
    #else
      return .failure(Fault(reason: "only macOS counts the energy of a process"))
    #endif
  }

  /// Reads the counter for the first time.
  ///
  /// - Returns: the count.
  public func start() -> any EnergyCount {
    let watch = Stopwatch(clock: clock)
    let before = nanojoules()
    return Count(source: self, before: before, reading: watch.elapsed, watch: .init(clock: clock))
  }

  private struct Count: EnergyCount {
    let source: ProcessEnergySource
    let before: Result<UInt64, Fault>
    /// How long the first reading took.
    let reading: Seconds
    /// Started after the first reading.
    let watch: Stopwatch

    // 64 bits of nanojoules last for 584 years at 1 W.
    var longestStep: UInt64? { nil }

    func read() {}

    func stop() -> EnergyCounts {
      let interval = watch.elapsed
      let again = Stopwatch(clock: source.clock)
      let after = source.nanojoules()
      return EnergyCounts(
        total: EnergyRecord(
          figure(after), source: source.name, domain: "process", interval: interval,
          overhead: reading + again.elapsed))
    }

    private func figure(_ after: Result<UInt64, Fault>) -> EnergyRecord.Figure {
      switch (before, after) {
      case (.failure(let fault), _), (_, .failure(let fault)):
        .unavailable(reason: fault.reason)
      case (.success(let before), .success(let after)) where after > before:
        .measured(Joules(Double(after - before) / 1e9))
      case (.success(let before), .success(let after)):
        .unavailable(reason: after == before ? "the counter stood still" : "the counter fell")
      }
    }
  }
}
