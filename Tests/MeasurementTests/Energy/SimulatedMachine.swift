import PropertyTesting

@testable import Measurement

/// A machine whose zones spend a known energy between readings.
struct SimulatedMachine: CustomStringConvertible {
  struct Zone: CustomStringConvertible {
    /// The folder's name.
    var folder: String
    /// What the zone's file says that it is called.
    var name: String
    /// The names from the outermost zone on.
    var domain: String
    /// The largest value of the counter, in microjoules.
    var range: UInt64
    /// The counter at the first reading.
    var initial: UInt64
    /// The energy that is spent before each further reading, in microjoules.
    var spent: [UInt64]

    var isPackage: Bool { domain == name && name.hasPrefix("package") }
    var isMemory: Bool { name == "dram" }

    /// What the counter shows after so many steps.
    func reading(after steps: Int) -> UInt64 {
      let sum = spent.prefix(steps).reduce(UInt128(initial)) { $0 + UInt128($1) }
      return UInt64(sum % (UInt128(range) + 1))
    }

    /// How often the counter starts over in a step.
    func wraps(in step: Int) -> UInt128 {
      (UInt128(reading(after: step)) + UInt128(spent[step])) / (UInt128(range) + 1)
    }

    var truth: UInt64 { spent.reduce(0, +) }

    var description: String { "\(folder) \(domain) 0…\(range) from \(initial): \(spent)" }
  }

  var zones: [Zone]
  /// The time between readings, in nanoseconds.
  var steps: [UInt64]

  var description: String { "steps of \(steps) ns\n" + zones.map { "\($0)\n" }.joined() }

  /// What a zone never exceeds, in microwatts: 1 kW, and 4 kW for the platform.
  static func ceiling(of name: String) -> UInt64 { name == "psys" ? 4_000_000_000 : 1_000_000_000 }

  /// Whether a zone of such a range may have started over once more than it shows.
  func isAmbiguous(_ zone: Zone) -> Bool {
    steps.contains { step in
      let most = UInt128(step + WrappingCounter.lag) * UInt128(Self.ceiling(of: zone.name))
      return most > UInt128(zone.range) * 1_000_000_000
    }
  }

  /// The zones that are counted, each once.
  var counted: [Zone] { zones.filter { !$0.folder.hasPrefix("intel-rapl-mmio") } }

  /// Lets the machine run and reads it before, after each step, and at the end.
  ///
  /// - Parameters:
  ///   - files: where its counters are written.
  ///   - change: changes files before the reading after so many steps.
  /// - Returns: what was counted.
  func run(
    on files: SimulatedFiles = SimulatedFiles(),
    change: (_ steps: Int, SimulatedFiles) -> Void = { _, _ in }
  ) -> EnergyReport {
    let time = SteppingClock()
    for zone in zones {
      files["\(zone.folder)/name"] = .success("\(zone.name)\n")
      files["\(zone.folder)/max_energy_range_uj"] = .success("\(zone.range)\n")
    }
    let source = files.source(clock: time.clock)
    func show(_ steps: Int) {
      for zone in zones {
        files["\(zone.folder)/energy_uj"] = .success("\(zone.reading(after: steps))\n")
      }
      change(steps, files)
    }
    show(0)
    var count = source.start()
    for (step, nanoseconds) in steps.enumerated() {
      time.advance(nanoseconds: nanoseconds)
      show(step + 1)
      if step + 1 < steps.count { count.read() }
    }
    return count.stop()
  }
}

extension Choices {
  /// A machine with one to three packages, parts of them, and perhaps a platform zone.
  ///
  /// - Parameter longest: the longest time between readings is below ten to this power, in
  ///   nanoseconds.
  /// - Returns: the machine.
  mutating func machine(longest: Int = 12) -> SimulatedMachine {
    let steps = array(integer(in: 1...6)) { choices in
      let magnitude = choices.integer(in: 2...longest - 1)
      let unit = (0..<magnitude).reduce(UInt64(1)) { unit, _ in unit * 10 }
      return unit * UInt64(choices.integer(in: 1...9))
    }
    var zones: [SimulatedMachine.Zone] = []
    for package in 0..<integer(in: 1...3) {
      let name = "package-\(package)"
      zones.append(zone("intel-rapl:\(package)", name, within: nil, steps))
      for part in ["core", "uncore", "dram"] where oneIn(2) {
        let inner = zones.count { $0.folder.hasPrefix("intel-rapl:\(package):") }
        zones.append(zone("intel-rapl:\(package):\(inner)", part, within: name, steps))
      }
      if oneIn(2) {
        zones.append(zone("intel-rapl-mmio:\(package)", name, within: nil, steps))
      }
    }
    if oneIn(2) { zones.append(zone("intel-rapl:9", "psys", within: nil, steps)) }
    return SimulatedMachine(zones: zones, steps: steps)
  }

  private mutating func zone(
    _ folder: String, _ name: String, within parent: String?, _ steps: [UInt64]
  ) -> SimulatedMachine.Zone {
    // 2³² units of 61 µJ and of 15.3 µJ are common; the others are there to wrap often.
    let ranges: [UInt64] = [262_143_328_850, 65_532_610_987, 4_294_967_295, 400_000_000]
    let range = pick(ranges)
    let initial = oneIn(2) ? range - draw(upTo: 100) : draw(upTo: range)
    let ceiling = UInt128(SimulatedMachine.ceiling(of: name))
    return SimulatedMachine.Zone(
      folder: folder, name: name, domain: parent.map { "\($0)/\(name)" } ?? name, range: range,
      initial: initial,
      spent: steps.map { nanoseconds in
        let most = UInt64(UInt128(nanoseconds) * ceiling / 1_000_000_000)
        return oneIn(4) ? most : draw(upTo: most)
      })
  }
}
