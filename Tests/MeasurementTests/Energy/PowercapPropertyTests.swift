import PropertyTesting
import Testing

@testable import Measurement

@Suite struct PowercapPropertyTests {
  /// What the counts should be, if they are told.
  private static func failure(_ machine: SimulatedMachine, _ counts: EnergyReport) -> String? {
    let zones = machine.counted
    guard Set(counts.domains.map(\.domain)) == Set(zones.map(\.domain)),
      counts.domains.count == zones.count
    else { return "domains \(counts.domains.map(\.domain))" }
    for zone in zones {
      guard let record = counts.domains.first(where: { $0.domain == zone.domain }) else {
        return "no \(zone.domain)"
      }
      let wrapsTwice = machine.steps.indices.contains { zone.wraps(in: $0) > 1 }
      switch record.figure {
      case .measured(let joules):
        if joules != Joules(microjoules: zone.truth) {
          return "\(record) instead of \(zone.truth) µJ"
        }
        if wrapsTwice { return "\(record) though it wrapped twice" }
      case .unavailable(let reason) where reason.contains("started over once more"):
        if !machine.isAmbiguous(zone) { return "a false alarm: \(record)" }
      case .unavailable:
        if zone.truth > 0 { return "\(record) instead of \(zone.truth) µJ" }
      case .modelled: return "\(record)"
      }
    }
    return nil
  }

  /// The heart of it: a figure is exact to the microjoule, or there is none.
  @Test(.tags(.property)) func whatIsCountedIsWhatWasSpent() {
    var (exact, wrapped, flagged) = (0, 0, 0)
    forAll("energy is counted to the microjoule, or not at all", cases: 500) { choices in
      choices.machine()
    } failure: { machine in
      let counts = machine.run()
      if let failure = Self.failure(machine, counts) { return failure }
      for record in counts.domains {
        let zone = machine.counted.first { $0.domain == record.domain }
        if record.joules == nil {
          flagged += 1
        } else if let zone, machine.steps.indices.contains(where: { zone.wraps(in: $0) == 1 }) {
          wrapped += 1
        } else {
          exact += 1
        }
      }
      return nil
    }
    // A run of few cases may not meet all three.
    let counts = [exact, wrapped, flagged]
    #expect(counts.reduce(0, +) < 1000 || counts.allSatisfy { $0 > 100 }, "\(counts)")
  }

  @Test(.tags(.property)) func noPartIsCountedTwice() {
    forAll("a total is packages and memory", cases: 300) { choices in
      choices.machine(longest: choices.pick([10, 12]))
    } failure: { machine in
      let (total, domains) = { ($0.total, $0.domains) }(machine.run())
      let packages = machine.counted.filter(\.isPackage)
      let memory = machine.counted.filter { zone in
        zone.isMemory && domains.contains { $0.domain == zone.domain && $0.joules != nil }
      }
      let parts = packages + memory
      guard total.domain == parts.map(\.domain).joined(separator: " + ") else {
        return "the total is of \(total.domain)"
      }
      guard let joules = total.joules else {
        let isExplained = packages.contains { machine.isAmbiguous($0) || $0.truth == 0 }
        return isExplained ? nil : "\(total)"
      }
      let truth = Joules(microjoules: parts.reduce(0) { $0 + $1.truth })
      return joules == truth ? nil : "\(total) instead of \(truth)"
    }
  }

  /// Readings as close as `longestStep` leave nothing to doubt.
  @Test(.tags(.property)) func closeReadingsAreNeverAmbiguous() {
    forAll("no reading is ambiguous within the longest step", cases: 300) { choices in
      let range = choices.draw(upTo: choices.pick([1 << 38, 1 << 32, 1 << 28]))
      let counter = WrappingCounter(range: range, ceiling: 1_000_000_000)
      let step = counter.longestStep
      let most = UInt64(UInt128(step) * UInt128(counter.ceiling) / 1_000_000_000)
      return (counter, choices.draw(upTo: range), choices.draw(upTo: most), step)
    } failure: { (counter, before, spent, step) in
      guard step > 0 else { return nil }
      let after = UInt64(
        (UInt128(before) + UInt128(spent)) % (UInt128(counter.range) + 1))
      do {
        let energy = try counter.energy(from: before, to: after, in: step)
        return energy == spent ? nil : "\(energy)"
      } catch {
        return "\(error)"
      }
    }
  }

  /// Whatever two readings are, no energy comes out that can't have been spent.
  @Test(.tags(.property)) func nothingImpossibleIsEverCounted() {
    forAll("no reading makes more than the ceiling", cases: 1000) { choices in
      let range = choices.draw(upTo: choices.pick([.max, 1 << 38, 1 << 32, 1000]))
      return (
        WrappingCounter(range: range, ceiling: choices.draw(upTo: choices.pick([.max, 1 << 40]))),
        choices.draw(upTo: .max), choices.draw(upTo: range), choices.draw(upTo: .max)
      )
    } failure: { (counter, before, after, step) in
      guard let energy = try? counter.energy(from: before, to: after, in: step) else { return nil }
      let most = (UInt128(step) + UInt128(WrappingCounter.lag)) * UInt128(counter.ceiling)
      guard before <= counter.range, UInt128(energy) * 1_000_000_000 < most + 1_000_000_000
      else { return "\(energy) µJ of at most \(most / 1_000_000_000)" }
      let sum = UInt128(before) + UInt128(energy)
      return sum % (UInt128(counter.range) + 1) == UInt128(after) ? nil : "\(energy) µJ"
    }
  }
}
