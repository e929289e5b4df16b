/// Adds up what the zones of a powercap tree count from one reading to the next.
///
/// A zone that fails once has no energy any more: what was spent meanwhile is not known.
struct PowercapTally: Sendable {
  /// What a zone has counted so far.
  private struct Count {
    var last: UInt64?
    var sum = Microjoules.zero
    var fault: CounterFault?
  }

  private let tree: PowercapTree
  private let clock: MonotonicClock
  private var counts: [Count]
  /// When the latest reading began, and when it ended, in nanoseconds.
  private var latest: (start: UInt64, end: UInt64)?
  private var firstEnd: UInt64?
  /// How long all readings took together, in nanoseconds.
  private(set) var overhead: UInt64 = 0

  /// Prepares for zones, and reads nothing.
  ///
  /// - Parameters:
  ///   - tree: the zones.
  ///   - clock: the clock to read.
  init(_ tree: PowercapTree, clock: MonotonicClock) {
    self.tree = tree
    self.clock = clock
    counts = tree.zones.map { zone in
      if case .failure(let fault) = zone.counter { return Count(fault: fault) }
      return Count()
    }
  }

  /// Reads every counter; energy is counted from the first call to the latest.
  mutating func read() {
    let start = clock.nanoseconds()
    let values = tree.zones.indices.map { index -> Result<UInt64, CounterFault>? in
      guard counts[index].fault == nil else { return nil }
      return Result { () throws(CounterFault) in
        try tree.files.count(at: tree.zones[index].energyPath)
      }
    }
    let end = max(clock.nanoseconds(), start)
    // From the beginning of one reading to the end of the other: at least what lies between any
    // two counters' readings.
    let elapsed = latest.map { end - min($0.start, end) } ?? 0
    for (index, value) in values.enumerated() {
      guard let value else { continue }
      do throws(CounterFault) {
        try take(try value.get(), of: index, after: elapsed)
      } catch {
        counts[index].fault = error
      }
    }
    latest = (start, end)
    firstEnd = firstEnd ?? end
    overhead += end - start
  }

  private mutating func take(
    _ value: UInt64, of index: Int, after elapsed: UInt64
  ) throws(CounterFault) {
    let counter = try tree.zones[index].counter.get()
    // The same reading twice finds one that is out of range.
    let last = counts[index].last ?? value
    let energy = try counter.energy(from: last, to: value, in: elapsed)
    guard let sum = counts[index].sum.adding(energy) else { throw .overflow }
    counts[index].sum = sum
    counts[index].last = value
  }

  /// How long energy was counted: from the end of the first reading to the beginning of the latest,
  /// so that all that was spent meanwhile is in the counts.
  var interval: Seconds {
    guard let firstEnd, let latest, latest.start > firstEnd else { return .zero }
    return Seconds(Double(latest.start - firstEnd) / 1e9)
  }

  /// What a zone has counted.
  ///
  /// - Parameter index: the zone's place in the tree.
  /// - Returns: the energy, more than nothing; or why there is none.
  func energy(of index: Int) -> Result<Microjoules, CounterFault> {
    if let fault = counts[index].fault { return .failure(fault) }
    guard counts[index].sum > .zero else { return .failure(.stoodStill(elapsed: interval)) }
    return .success(counts[index].sum)
  }

  /// The energy of all packages and of the memory that is counted, or of the platform where there
  /// are no packages.
  ///
  /// What lies in a package is in its count, and what is a platform has its packages in it, so
  /// neither is added. All packages must have counted, while memory is added where it has: the
  /// domain says what is in the sum, since only sums over the same can be compared.
  ///
  /// - Returns: the domain, and the energy or why there is none.
  func total() -> (domain: String, energy: Result<Microjoules, CounterFault>) {
    let packages = places(of: .package)
    let memory = places(of: .memory).filter { index in
      if case .success = energy(of: index) { true } else { false }
    }
    let parts = packages.isEmpty ? Array(places(of: .platform).prefix(1)) : packages + memory
    let domain = parts.map { tree.zones[$0].domain }.joined(separator: " + ")
    var sum = Microjoules.zero
    for part in parts {
      switch energy(of: part) {
      case .success(let energy):
        guard let next = sum.adding(energy) else { return (domain, .failure(.overflow)) }
        sum = next
      case .failure(let fault): return (domain, .failure(fault))
      }
    }
    return (domain, .success(sum))
  }

  private func places(of kind: PowercapZone.Kind) -> [Int] {
    tree.zones.indices.filter { tree.zones[$0].kind == kind }
  }
}
