import PropertyTesting
import Testing

@testable import Measurement

@Suite struct PowercapFaultTests {
  /// What can happen to a counter between two readings.
  enum Fault: String, CaseIterable {
    case denied, missing, unplugged, failing, empty, blank, letters, negative, signed, fraction
    case exponent, twoNumbers, tooLong, otherDigits, beyondRange, reset

    /// Changes a zone's counter, and tells what the record's reason has in it.
    func happen(to zone: SimulatedMachine.Zone, on files: SimulatedFiles) -> String {
      let path = "\(zone.folder)/energy_uj"
      func hold(_ contents: SimulatedFiles.Contents?) { files[path] = contents }
      switch self {
      case .denied:
        hold(.failure(.denied))
        return "permission denied: \(SimulatedFiles.root)/\(path)"
      case .missing:
        hold(nil)
        return "\(path) is not there"
      case .unplugged:
        files.remove(zone.folder)
        return "\(path) is not there"
      case .failing:
        hold(.failure(.failed("Input/output error")))
        return "\(path) can't be read: Input/output error"
      case .empty: hold(.success(""))
      case .blank: hold(.success(" \n"))
      case .letters: hold(.success("energy\nunknown"))
      case .negative: hold(.success("-5"))
      case .signed: hold(.success("+5"))
      case .fraction: hold(.success("1.5"))
      case .exponent: hold(.success("1e3"))
      case .twoNumbers: hold(.success("12 34"))
      case .tooLong: hold(.success("18446744073709551616"))
      case .otherDigits: hold(.success("\u{FF15}"))
      case .beyondRange:
        hold(.success("\(zone.range + 1)"))
        return "beyond its range"
      case .reset:
        hold(.success("0"))
        return "reset"
      }
      return self == .empty || self == .blank ? "is empty" : "which is no count"
    }
  }

  struct Accident: CustomStringConvertible {
    var machine: SimulatedMachine
    var fault: Fault
    /// The zone that it happens to, and the reading before which it does.
    var zone: Int
    var reading: Int

    var description: String { "\(fault) at reading \(reading) in zone \(zone) of \(machine)" }
  }

  /// Counters in the middle of their ranges and short steps, so that the fault is all that happens.
  private static func accident(_ choices: inout Choices) -> Accident {
    var machine = choices.machine(longest: 8)
    machine.zones = machine.counted
    for index in machine.zones.indices {
      machine.zones[index].range = 65_532_610_987
      machine.zones[index].initial = 30_000_000_000 + choices.draw(upTo: 1 << 30)
      machine.zones[index].spent = machine.zones[index].spent.map { $0 + 1 }
    }
    let fault = choices.pick(Fault.allCases)
    return Accident(
      machine: machine, fault: fault,
      zone: choices.integer(in: 0...machine.zones.count - 1),
      // A counter that is at 0 to begin with wasn't reset.
      reading: choices.integer(in: (fault == .reset ? 1 : 0)...machine.steps.count))
  }

  /// After a fault there is no figure for the zone, one line says why, and the others go on.
  @Test(.tags(.property)) func aFaultTakesItsZoneAndNothingElse() {
    forAll("a zone that fails is unavailable from then on", cases: 600) { choices in
      Self.accident(&choices)
    } failure: { accident in
      var reason = ""
      let broken = accident.machine.zones[accident.zone]
      let counts = accident.machine.run { steps, files in
        // Only one reading is bad: those after it don't make up for it.
        if steps == accident.reading { reason = accident.fault.happen(to: broken, on: files) }
      }
      let zones = accident.machine.zones.sorted { $0.folder < $1.folder }
      for (zone, record) in zip(zones, counts.domains) {
        guard zone.domain == record.domain else { return "\(record.domain) for \(zone.domain)" }
        guard case .unavailable(let text) = record.figure else {
          if zone.folder == broken.folder || record.joules != Joules(microjoules: zone.truth) {
            return "\(record) instead of \(zone.truth) µJ"
          }
          continue
        }
        guard zone.folder == broken.folder, text.contains(reason),
          !text.contains(where: \.isNewline)
        else { return "\(record) instead of: \(reason)" }
      }
      return Self.failure(ofTotal: counts.total, accident)
    }
  }

  private static func failure(ofTotal total: EnergyRecord, _ accident: Accident) -> String? {
    let broken = accident.machine.zones[accident.zone]
    guard !broken.isPackage else {
      return total.joules == nil ? nil : "\(total) without \(broken.domain)"
    }
    let parts = accident.machine.zones.filter {
      $0.isPackage || $0.isMemory && $0.folder != broken.folder
    }
    let truth = Joules(microjoules: parts.reduce(0) { $0 + $1.truth })
    return total.joules == truth ? nil : "\(total) instead of \(truth)"
  }

  /// A reset can look like a wrap; even then no more is counted than can have been spent.
  @Test(.tags(.property)) func aResetNeverCountsMoreThanCanHaveBeenSpent() {
    forAll("a reset is found, or makes no more than the ceiling", cases: 300) { choices in
      var machine = choices.machine()
      machine.zones = [machine.zones[0]]
      return (machine, choices.integer(in: 1...machine.steps.count), choices.draw(upTo: 1000))
    } failure: { (machine, reading, value) in
      let path = "\(machine.zones[0].folder)/energy_uj"
      let record = machine.run { steps, files in
        if steps == reading { files[path] = .success("\(value)") }
      }.domains[0]
      let time = machine.steps.reduce(0) { $0 + $1 + WrappingCounter.lag }
      let most = WrappingCounter.most(microwatts: 1_000_000_000, nanoseconds: time)
      return record.joules.map { $0 > .zero && $0 <= Joules(microjoules: most) } ?? true
        ? nil : "\(record)"
    }
  }

  /// A counter that doesn't move measures nothing: its zone is not said to have spent 0 J.
  @Test func aCounterThatStandsStillIsNoMeasurement() throws {
    var machine = SimulatedMachine(
      zones: [
        .init(
          folder: "intel-rapl:0", name: "package-0", domain: "package-0", range: 1 << 36,
          initial: 7, spent: [0, 0]),
        .init(
          folder: "intel-rapl:0:0", name: "dram", domain: "package-0/dram", range: 1 << 36,
          initial: 0, spent: [0, 0]),
      ], steps: [1_000_000_000, 2_000_000_000])
    let still = machine.run()
    #expect(
      still.total.description
        == "package-0: unavailable (powercap: the counter stood still for 3.00 s)")
    machine.zones[0].spent = [0, 5]
    let moving = machine.run()
    #expect(moving.total.description == "package-0: 5.00 µJ (measured: powercap)")
    #expect(moving.domains.map(\.provenance) == [.measured, .unavailable])
  }
}
