/// Energy from the counters of Linux's powercap tree, which are the processor's own.
///
/// They count the whole machine, whoever does the work, and what it draws when idle.
public struct PowercapSource: EnergySource {
  /// The source's name.
  public let name = "powercap"

  /// The zones.
  public let tree: PowercapTree

  private let clock: MonotonicClock

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - tree: the zones.
  ///   - clock: the clock to read.
  public init(_ tree: PowercapTree = PowercapTree(), clock: MonotonicClock = .system) {
    self.tree = tree
    self.clock = clock
  }

  /// Reads the counters for the first time.
  ///
  /// - Returns: the count.
  public func start() -> any EnergyCount {
    var tally = PowercapTally(tree, clock: clock)
    tally.read()
    return Count(source: self, tally: tally)
  }

  private struct Count: EnergyCount {
    let source: PowercapSource
    var tally: PowercapTally

    var longestStep: UInt64? {
      source.tree.zones.compactMap { try? $0.counter.get().longestStep }.min()
    }

    mutating func read() { tally.read() }

    mutating func stop() -> EnergyCounts {
      tally.read()
      let zones = source.tree.zones
      let domains = zones.indices.map { record(zones[$0].domain, tally.energy(of: $0)) }
      let (domain, energy) = tally.total()
      guard domain.isEmpty else {
        return EnergyCounts(total: record(domain, energy), domains: domains)
      }
      let reason = source.tree.complaint ?? "no zone is a package's or the platform's"
      return EnergyCounts(
        total: record("packages", .unavailable(reason: reason)), domains: domains)
    }

    private func record(
      _ domain: String, _ energy: Result<Microjoules, CounterFault>
    ) -> EnergyRecord {
      switch energy {
      case .success(let energy): record(domain, .measured(energy.joules))
      case .failure(let fault): record(domain, .unavailable(reason: fault.description))
      }
    }

    private func record(_ domain: String, _ figure: EnergyRecord.Figure) -> EnergyRecord {
      EnergyRecord(
        figure, source: source.name, domain: domain, interval: tally.interval,
        overhead: Seconds(Double(tally.overhead) / 1e9))
    }
  }
}
