import Synchronization
import Testing

@testable import Measurement

/// Dies of one socket, which have counters of their own, or show the socket's.
@Suite struct PowercapDieTests {
  /// The total over a time in which the first of `dies` dies of each socket spends 50 J, and each
  /// further one `others`; nil where they show the first one's counter.
  private func total(sockets: Int = 1, dies: Int, others: Int?) throws -> EnergyRecord {
    var zones: [String: String] = [:]
    for zone in 0..<sockets * dies {
      zones["intel-rapl:\(zone)"] = "package-\(zone / dies)-die-\(zone % dies)"
    }
    let tree = try PowercapTree(zones)
    for zone in 0..<sockets * dies where others == nil && zone % dies > 0 {
      try tree.mirror("intel-rapl:\(zone)", of: "intel-rapl:\(zone / dies * dies)")
    }
    var count = PowercapSource(root: tree.root).start()
    for zone in 0..<sockets * dies {
      if zone % dies == 0 {
        try tree.add(50_000_000, to: "intel-rapl:\(zone)")
      } else if let others {
        try tree.add(others, to: "intel-rapl:\(zone)")
      }
    }
    return count.stop().total
  }

  @Test(arguments: [1, 2, 4])
  func diesThatShowOneCounterAreCountedOnce(dies: Int) throws {
    #expect(
      try total(dies: dies, others: nil).description
        == "package-0-die-0: 50.0 J (measured: powercap)")
  }

  /// All of them begin at the same number.
  @Test func diesWithCountersOfTheirOwnAddUp() throws {
    #expect(try total(dies: 2, others: 30_000_000).joules == Joules(80))
    #expect(try total(dies: 2, others: 1).joules == Joules(50.000001))
  }

  @Test func socketsAreNeverOneAnother() throws {
    #expect(try total(sockets: 2, dies: 1, others: nil).joules == Joules(100))
    #expect(try total(sockets: 2, dies: 2, others: nil).joules == Joules(100))
  }

  @Test func whereADieCannotBeReadThereIsNoTotal() throws {
    let tree = try PowercapTree([
      "intel-rapl:0": "package-0-die-0", "intel-rapl:1": "package-0-die-1",
    ])
    var count = PowercapSource(root: tree.root).start()
    try tree.add(1, to: "intel-rapl:0")
    try tree.write("none", "intel-rapl:1/energy_uj")
    #expect(count.stop().total.joules == nil)
  }

  /// One counter that rises with every reading, 1 J at a time, and starts over once.
  ///
  /// Each die shows it, and so does each die's memory.
  @Test func aCounterThatNeverStandsStillIsFound() throws {
    let range: UInt64 = 262_143_328_850
    for beginning in [5, range - 20_000_000, range - 3_500_000, range - 1_500_000] {
      let simulated = SimulatedFiles()
      for (folder, name) in [
        ("intel-rapl:0", "package-0-die-0"), ("intel-rapl:1", "package-0-die-1"),
        ("intel-rapl:0:0", "dram"), ("intel-rapl:1:0", "dram"),
      ] {
        simulated["\(folder)/name"] = .success(name)
        simulated["\(folder)/max_energy_range_uj"] = .success("\(range)")
        simulated["\(folder)/energy_uj"] = .success("")
      }
      let counter = Mutex(beginning)
      let files = SystemFiles(
        names: simulated.files.names,
        text: { path in
          guard path.hasSuffix("energy_uj") else { return simulated.files.text(path) }
          return counter.withLock { value in
            defer { value = (value + 1_000_000) % (range + 1) }
            return .success(String(value))
          }
        })
      let time = SteppingClock()
      var count = PowercapSource(root: SimulatedFiles.root, files: files, clock: time.clock).start()
      time.advance(nanoseconds: 1_000_000_000)
      let total = count.stop().total
      #expect(total.domain == "package-0-die-0 + package-0-die-0/dram")
      #expect(total.provenance == .measured)
    }
  }
}
