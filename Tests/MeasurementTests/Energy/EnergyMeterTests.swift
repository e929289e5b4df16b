import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Measurement

/// A source whose total a test makes up, and that notes what it is asked.
private final class MadeUpSource: EnergySource {
  let name: String
  let figure: EnergyRecord.Figure
  let longestStep: UInt64?
  let log: Log

  /// What sources were asked, in order.
  final class Log: Sendable {
    let lines = Mutex<[String]>([])
    let read = DispatchSemaphore(value: 0)
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  init(_ name: String, _ figure: EnergyRecord.Figure, longestStep: UInt64? = nil, log: Log = Log())
  {
    self.name = name
    self.figure = figure
    self.longestStep = longestStep
    self.log = log
  }

  func start() -> any EnergyCount {
    log.add("start \(name)")
    return Count(source: self)
  }

  struct Count: EnergyCount {
    let source: MadeUpSource
    var longestStep: UInt64? { source.longestStep }

    func read() {
      source.log.add("read \(source.name)")
      source.log.read.signal()
    }

    func stop() -> EnergyReport {
      source.log.add("stop \(source.name)")
      return EnergyReport(
        total: EnergyRecord(
          source.figure, source: source.name, domain: "d", interval: Seconds(1), overhead: .zero))
    }
  }
}

@Suite struct EnergyMeterTests {
  private struct Failure: Error {}

  @Test func theTotalIsThatOfTheBestSourceThatHasOne() {
    let none = MadeUpSource("none", .unavailable(reason: "why"))
    let one = MadeUpSource("one", .measured(Joules(1)))
    let two = MadeUpSource("two", .measured(Joules(2)))
    let (result, energy) = EnergyMeter(sources: [none, one, two]).measure { "done" }
    #expect(result == "done")
    #expect(energy.total.source == "one")
    #expect(energy.domains.map(\.source) == ["none", "one", "two"])
    #expect(energy.domains[0].figure == .unavailable(reason: "why"))
  }

  @Test func withoutAnyFigureEverySourceSaysWhy() {
    let meter = EnergyMeter(sources: [
      MadeUpSource("first", .unavailable(reason: "a")),
      MadeUpSource("second", .unavailable(reason: "b")),
    ])
    let energy = meter.measure {}.energy
    #expect(energy.total.figure == .unavailable(reason: "first: a; second: b"))
    #expect(energy.obstacle == "first: a; second: b")
    #expect(EnergyMeter(sources: []).measure {}.energy.obstacle == "there is no source")
  }

  @Test func aModelledEnergySaysWhyItIsNotMeasured() throws {
    let counter = MadeUpSource("counter", .unavailable(reason: "permission denied"))
    let band = try #require(EnergyBand(around: Joules(1), share: 0.4))
    let model = MadeUpSource("model", .modelled(Joules(1), band: band))
    let energy = EnergyMeter(sources: [counter, model]).measure {}.energy
    #expect(energy.obstacle == "counter: permission denied")
    let explanation = EnergyModel.explanation(obstacle: energy.obstacle)
    #expect(
      explanation.hasPrefix(
        "Modelled, since no counter could be read (counter: permission denied)."))
    // A modelled energy beside a counter that worked, and one that was measured, have none.
    let measured = MadeUpSource("counter", .measured(Joules(2)))
    #expect(EnergyMeter(sources: [measured, counter]).measure {}.energy.obstacle == nil)
    #expect(EnergyModel.explanation(obstacle: nil).hasPrefix("Busy time"))
  }

  @Test func theBestSourceIsAroundTheOthers() {
    let log = MadeUpSource.Log()
    let meter = EnergyMeter(
      sources: ["a", "b"].map {
        MadeUpSource($0, .measured(Joules(1)), log: log)
      })
    meter.measure { log.add("work") }
    #expect(
      log.lines.withLock { $0 } == ["start a", "start b", "work", "stop b", "stop a"])
  }

  /// Nobody asks, and yet counters that start over are read in between.
  @Test func countersThatStartOverAreReadInBetween() throws {
    let source = MadeUpSource("short", .measured(Joules(1)), longestStep: 2_000_000)
    try EnergyMeter(sources: [source]).measure {
      // However busy the machine is, it comes to this within a long time.
      for _ in 0..<2 { try #require(source.log.read.wait(timeout: .now() + 30) == .success) }
    }
    let lines = source.log.lines.withLock { $0 }
    #expect(lines.first == "start short" && lines.last == "stop short")
  }

  @Test func theWorksErrorComesThrough() {
    #expect(throws: Failure.self) {
      try EnergyMeter(sources: []).measure { () throws(Failure) in throw Failure() }
    }
  }

  #if !os(macOS)
    @Test func whereNothingCountsThereIsAModelAndTheReason() {
      let meter = EnergyMeter(powercapRoot: "/nowhere", model: .published, others: { { false } })
      #expect(meter.sources.map(\.name) == ["powercap", "16 W × time, 713 g/kWh"])
      let report = meter.measure {}.energy
      #expect(report.total.provenance == .modelled)
      #expect(report.domains.map(\.domain) == ["packages", "processor", "memory"])
      #expect(report.domains[0].figure == .unavailable(reason: "there is no /nowhere"))
      #expect(report.obstacle == "powercap: there is no /nowhere")
    }

    /// What threads that wait for their turn do isn't what the model is of: it has no band for that.
    @Test func whileOthersTakeTheProcessorsNothingIsModelled() {
      for (others, isModelled) in [(true, false), (false, true), (nil, true)] as [(Bool?, Bool)] {
        let meter = EnergyMeter(powercapRoot: "/nowhere", others: { { others } })
        let energy = meter.measure {}.energy
        #expect((energy.total.joules != nil) == isModelled)
        let isTold = energy.obstacle?.contains(
          "; 10.0 W × busy time + 3.00 W × time: other programs")
        #expect(isTold == !isModelled)
        #expect(energy.obstacle?.hasPrefix("powercap: there is no /nowhere") == true)
      }
    }

    /// A counter counts what others do, and says so: its energy is what it claims to be.
    @Test func aCountedEnergyStandsWhateverElseRuns() throws {
      let tree = try PowercapTree(["intel-rapl:0": "package-0"])
      let meter = EnergyMeter(powercapRoot: tree.root, others: { { true } })
      let energy = try meter.measure { try tree.add(5_000_000, to: "intel-rapl:0") }.energy
      #expect(energy.total.figure == .measured(Joules(5)))
      #expect(energy.obstacle == nil)
    }
  #endif

  /// Long after a counter has started over, its energy is exact if it was read in between.
  @Test func aLongMeasurementIsExactWithReadingsInBetween() {
    let step: UInt64 = 200_000_000_000
    let machine = SimulatedMachine(
      zones: [
        .init(
          folder: "intel-rapl:0", name: "package-0", domain: "package-0", range: 262_143_328_850,
          initial: 1, spent: Array(repeating: 199_999_999_999, count: 9))
      ], steps: Array(repeating: step, count: 9))
    #expect(machine.run().total.joules == Joules(microjoules: 1_799_999_999_991))
    var once = machine
    once.zones[0].spent = [1_799_999_999_991]
    once.steps = [9 * step]
    #expect(once.run().total.provenance == .unavailable)
  }

  @Test func reportsAreReadAsTheyWereWritten() throws {
    let report = EnergyMeter(sources: [ProcessSource.model()]).measure {}.energy
    let read = try JSONDecoder().decode(EnergyReport.self, from: JSONEncoder().encode(report))
    #expect(read == report)
  }
}
