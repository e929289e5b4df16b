/// Energy from the counters of Linux's powercap tree, whoever does the work, and when idle too.
struct PowercapSource: EnergySource {
  let name = "powercap"
  /// The zones whose energy can be counted, each once, outer before inner ones.
  let zones: [PowercapZone]
  /// Why there are no zones; nil where there are some.
  let complaint: String?
  fileprivate let files: SystemFiles
  fileprivate let clock: MonotonicClock

  init(root: String, files: SystemFiles = .system, clock: MonotonicClock = .system) {
    self.files = files
    self.clock = clock
    var folders: [[Int]: String] = [:]
    switch files.names(root) {
    case .success(let names):
      for name in names {
        if let place = Self.place(ofFolder: name) { folders[place] = "\(root)/\(name)" }
      }
      complaint = folders.isEmpty ? "\(root) has no zones of RAPL" : nil
    case .failure(.missing): complaint = "there is no \(root)"
    case .failure(.denied): complaint = "permission denied: \(root)"
    case .failure(.failed(let reason)): complaint = "\(root) can't be read: \(reason)"
    }
    var domains: [[Int]: String] = [:]
    var zones: [PowercapZone] = []
    // A zone comes before those in it, and the better driver before the other.
    for (place, folder) in folders.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let zone = PowercapZone(
        folder: folder, depth: place.count - 1, within: domains[place.dropLast()], files: files)
      domains[place] = zone.domain
      if !zones.contains(where: { $0.domain == zone.domain }) { zones.append(zone) }
    }
    self.zones = zones
  }

  /// RAPL's drivers, best first: the second reads the same counters through memory, not registers.
  private static let drivers = ["intel-rapl", "intel-rapl-mmio"]

  /// A zone's place in the tree: its driver's index and the numbers of the zones down to it.
  ///
  /// The folder's name has it, such as `intel-rapl:0:1`; nil for anything but a zone of RAPL.
  private static func place(ofFolder name: String) -> [Int]? {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, let driver = drivers.firstIndex(of: String(parts[0])) else { return nil }
    let numbers = parts.dropFirst().compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    return numbers.count == parts.count - 1 ? [driver] + numbers : nil
  }

  func start() -> any EnergyCount { PowercapCount(self) }

  /// The zones whose counter is that of one before them, as dies of a socket may show it.
  ///
  /// Read between two readings of the other, it is between them: one of billions of microjoules.
  fileprivate func mirrors() -> [Int] {
    func isMirror(_ zone: PowercapZone, _ other: PowercapZone) -> Bool {
      guard zone.domainOfSocket == other.domainOfSocket else { return false }
      // A counter that starts over meanwhile is read again.
      return (0..<3).contains { _ in
        let counts = [other, zone, other].compactMap { try? files.count(at: $0.counterPath) }
        return counts.count == 3 && counts == counts.sorted()
      }
    }
    return zones.indices.filter { zone in zones[..<zone].contains { isMirror(zones[zone], $0) } }
  }
}

/// Adds up what the zones of a powercap tree count from one reading to the next.
private struct PowercapCount: EnergyCount {
  typealias Microjoules = Result<UInt128, ReadingFault>
  private let source: PowercapSource
  /// The zones that mirrored others before the first reading: left out if they do after the last.
  private let mirrors: [Int]
  /// The latest reading of each zone.
  private var values: [Result<UInt64, ReadingFault>] = []
  /// What each zone has counted so far.
  ///
  /// One that fails once has no energy any more: what was spent meanwhile is not known.
  private var energies: [Microjoules]
  /// When the first reading ended, and when the latest began, in nanoseconds.
  private var firstEnd, latestStart: UInt64?
  /// How long all readings took together, in nanoseconds.
  private var overhead: UInt64 = 0

  private var zones: [PowercapZone] { source.zones }

  init(_ source: PowercapSource) {
    self.source = source
    mirrors = source.mirrors()
    energies = source.zones.map { $0.counter.map { _ in 0 } }
    read()
  }

  var longestStep: UInt64? { zones.compactMap { try? $0.counter.get().longestStep }.min() }

  mutating func read() {
    let start = source.clock.nanoseconds()
    let latest = zip(zones, energies).map { zone, energy in
      Result { () throws(ReadingFault) in
        _ = try energy.get()
        return try source.files.count(at: zone.counterPath)
      }
    }
    let end = max(source.clock.nanoseconds(), start)
    // From the beginning of one reading to the end of the other: at least what lies between any
    // two counters' readings.
    let elapsed = latestStart.map { end - min($0, end) } ?? 0
    // The same reading twice finds one that is out of range.
    let earlier = values.isEmpty ? latest : values
    energies = zones.indices.map { index in
      Result { () throws(ReadingFault) in
        let energy = try zones[index].counter.get().energy(
          from: earlier[index].get(), to: latest[index].get(), in: elapsed)
        return try energies[index].get() + UInt128(energy)
      }
    }
    values = latest
    firstEnd = firstEnd ?? end
    latestStart = start
    overhead += end - start
  }

  mutating func stop() -> EnergyReport {
    read()
    // From the end of one reading to the beginning of the other: all that was spent meanwhile is in
    // the counts.
    let (start, end) = (firstEnd ?? 0, latestStart ?? 0)
    let interval = Seconds(nanoseconds: max(start, end) - start)
    let still = Microjoules.failure(ReadingFault("the counter stood still for \(interval)"))
    let counted = energies.map { $0.flatMap { $0 > 0 ? .success($0) : still } }
    func record(_ domain: String, _ energy: Microjoules) -> EnergyRecord {
      let figure: EnergyRecord.Figure =
        switch energy {
        case .success(let energy): .measured(Joules(microjoules: energy))
        case .failure(let fault): .unavailable(reason: fault.description)
        }
      return EnergyRecord(
        figure, source: source.name, domain: domain, interval: interval,
        overhead: Seconds(nanoseconds: overhead))
    }
    let domains = zip(zones, counted).map { record($0.domain, $1) }
    // What lies in a package is in its count, and what is a platform has its packages in it, so
    // neither is added. All packages must have counted, while memory is added where it has: the
    // domain says what is in the sum, since only sums over the same can be compared.
    let mirrors = source.mirrors().filter(mirrors.contains)
    func indices(of kind: PowercapZone.Kind) -> [Int] {
      zones.indices.filter { zones[$0].kind == kind && !mirrors.contains($0) }
    }
    let packages = indices(of: .package)
    let parts =
      packages.isEmpty
      ? Array(indices(of: .platform).prefix(1))
      : packages + indices(of: .memory).filter { (try? counted[$0].get()) != nil }
    let total = Result { () throws(ReadingFault) in
      guard !parts.isEmpty else {
        throw ReadingFault(source.complaint ?? "no zone is a package's or the platform's")
      }
      var sum: UInt128 = 0
      for part in parts { sum += try counted[part].get() }
      return sum
    }
    let names = parts.isEmpty ? ["packages"] : parts.map { zones[$0].domain }
    return EnergyReport(total: record(names.joined(separator: " + "), total), domains: domains)
  }
}
