import Foundation
import Testing

@testable import Measurement

@Suite struct PowercapSourceTests {
  /// Files that make zones of the given folders and names.
  private func files(_ zones: [(folder: String, name: String)]) -> SimulatedFiles {
    let files = SimulatedFiles()
    for (folder, name) in zones {
      files["\(folder)/name"] = .success("\(name)\n")
      files["\(folder)/energy_uj"] = .success("1000\n")
      files["\(folder)/max_energy_range_uj"] = .success("262143328850\n")
    }
    return files
  }

  @Test func onlyZonesOfRAPLAreFound() {
    let source = files([
      ("intel-rapl", "driver"), ("dtpm:0", "package-7"), ("intel-rapl:x", "package-7"),
      ("intel-rapl:", "package-7"), ("intel-rapl:-1", "package-7"), ("intel-raplx:0", "package-7"),
      ("intel-rapl:1", "package-1"), ("intel-rapl:0", "package-0"), ("intel-rapl:0:1", "dram"),
      ("intel-rapl:0:0", "core"), ("intel-rapl:2", "psys"), ("intel-rapl:0:0:0", "dram"),
    ]).source()
    #expect(source.complaint == nil)
    #expect(
      source.zones.map(\.domain) == [
        "package-0", "package-0/core", "package-0/core/dram", "package-0/dram", "package-1",
        "psys",
      ])
    #expect(
      source.zones.map(\.kind) == [.package, .other, .other, .memory, .package, .platform])
  }

  /// The same package through memory is the same package.
  @Test func theSecondDriverIsReadOnlyForWhatTheFirstLacks() {
    let source = files([
      ("intel-rapl-mmio:0", "package-0"), ("intel-rapl-mmio:0:0", "dram"),
      ("intel-rapl:0", "package-0"), ("intel-rapl:0:0", "core"),
    ]).source()
    #expect(
      source.zones.map(\.folder) == [
        "/simulated/intel-rapl:0", "/simulated/intel-rapl:0:0", "/simulated/intel-rapl-mmio:0:0",
      ])
    #expect(source.zones.map(\.domain) == ["package-0", "package-0/core", "package-0/dram"])
    let alone = files([("intel-rapl-mmio:0", "package-0")]).source()
    #expect(alone.zones.map(\.folder) == ["/simulated/intel-rapl-mmio:0"])
  }

  @Test func aPlatformIsTheTotalWhereThereAreNoPackages() throws {
    let files = files([("intel-rapl:0", "psys")])
    var count = files.source().start()
    files["intel-rapl:0/energy_uj"] = .success("3000")
    #expect(count.stop().total.description == "psys: 2.00 mJ (measured: powercap)")
  }

  /// Reading takes 10 s, and 1 s passes in between: 21 s in which energy may have been spent.
  @Test func slowReadingIsOverheadAndTimeForEnergy() {
    let time = SteppingClock()
    let simulated = files([("intel-rapl:0", "package-0")])
    let slow = SystemFiles(
      names: simulated.files.names,
      text: { path in
        if path.hasSuffix("energy_uj") { time.advance(nanoseconds: 10_000_000_000) }
        return simulated.files.text(path)
      })
    var count = PowercapSource(root: SimulatedFiles.root, files: slow, clock: time.clock).start()
    simulated["intel-rapl:0/energy_uj"] = .success("21000001000")
    time.advance(nanoseconds: 1_000_000_000)
    let total = count.stop().total
    #expect(total.figure == .measured(Joules(21_000)))
    #expect(total.interval == Seconds(1))
    #expect(total.overhead == Seconds(20))
  }

  @Test(arguments: [
    (SystemFiles.Fault.missing, "there is no /simulated"),
    (.denied, "permission denied: /simulated"), (.failed("why"), "/simulated can't be read: why"),
  ])
  func withoutATreeTheReasonIsTold(fault: SystemFiles.Fault, reason: String) {
    let files = SystemFiles(names: { _ in .failure(fault) }, text: { _ in .failure(fault) })
    var count = PowercapSource(root: "/simulated", files: files).start()
    let counts = count.stop()
    #expect(counts.total.figure == .unavailable(reason: reason))
    #expect(counts.domains == [counts.total])
    #expect(count.longestStep == nil)
  }

  @Test func aTreeWithoutZonesIsNoCounter() {
    let empty = files([("dtpm:0", "package-0")])
    #expect(empty.source().complaint == "/simulated has no zones of RAPL")
    var cores = files([("intel-rapl:0:0", "core")]).source().start()
    #expect(
      cores.stop().total.figure
        == .unavailable(reason: "no zone is a package's or the platform's"))
  }

  /// What can't be told apart from a package makes the total unavailable, rather than too small.
  @Test(arguments: ["name", "max_energy_range_uj"])
  func anUnknownZoneMayBeAPackage(file: String) {
    for contents in [nil, .success(""), .failure(.denied)] as [SimulatedFiles.Contents?] {
      let files = files([("intel-rapl:0", "package-0"), ("intel-rapl:1", "package-1")])
      files["intel-rapl:1/\(file)"] = contents
      var count = files.source().start()
      files["intel-rapl:0/energy_uj"] = .success("3000")
      files["intel-rapl:1/energy_uj"] = .success("3000")
      let counts = count.stop()
      #expect(counts.domains.map(\.provenance) == [.measured, .unavailable])
      #expect(counts.total.provenance == .unavailable)
    }
  }

  @Test(arguments: ["0", "-1", "many"])
  func aRangeIsAPositiveNumber(range: String) {
    let files = files([("intel-rapl:0", "package-0")])
    files["intel-rapl:0/max_energy_range_uj"] = .success(range)
    #expect(
      files.source().zones.map(\.counter) == [
        .failure(
          .noCount(range, at: "/simulated/intel-rapl:0/max_energy_range_uj"))
      ])
  }

  /// The ceiling is 1 kW, or twice the largest power that a constraint names.
  @Test(
    arguments: [
      ([], 1_000_000_000), (["95000000", "120000000"], 1_000_000_000),
      (["0", "700000000\n"], 1_400_000_000), (["?", "700000000"], 1_400_000_000),
      (["18446744073709551615"], .max),
    ] as [([String], UInt64)])
  func constraintsRaiseTheCeiling(powers: [String], ceiling: UInt64) throws {
    let files = files([("intel-rapl:0", "package-0")])
    for (index, power) in powers.enumerated() {
      files["intel-rapl:0/constraint_\(index)_max_power_uw"] = .success(power)
    }
    let counter = try files.source().zones[0].counter.get()
    #expect(counter == WrappingCounter(range: 262_143_328_850, ceiling: ceiling))
  }
}
