import Dispatch
import Synchronization

/// Tells the energy of a piece of work, from a counter or by a model.
package protocol EnergySource: Sendable {
  /// What records from this source are marked with.
  var name: String { get }
  func start() -> any EnergyCount
}

package protocol EnergyCount: Sendable {
  /// The longest time that may pass between readings, in nanoseconds; nil where any may.
  var longestStep: UInt64? { get }
  /// Reads in between, so that no counter starts over unseen.
  mutating func read()
  /// Reads for the last time.
  mutating func stop() -> EnergyReport
}

/// The energy of a piece of work.
///
/// What the machine draws when idle, or for others, is part of its counters and not subtracted. So
/// is the energy of readings in between; that of the first and the last lies outside.
package struct EnergyReport: Codable, Hashable, Sendable {
  /// The energy of all that the best source knows of.
  package let total: EnergyRecord
  /// The energy of each domain of each source, best source first.
  ///
  /// They aren't to be added up: domains contain each other, and sources count the same energy.
  package let domains: [EnergyRecord]

  /// Gathers records; without domains, the total takes their place.
  package init(total: EnergyRecord, domains: [EnergyRecord] = []) {
    self.total = total
    self.domains = domains.isEmpty ? [total] : domains
  }

  /// Why the energy was not measured; nil where it was, or nothing tells.
  package var obstacle: String? {
    guard total.provenance == .modelled else { return total.reason }
    return domains.first { $0.joules == nil }.map { "\($0.source): \($0.reason ?? "")" }
  }
}

/// Measures energy with the best source that there is.
///
/// All sources count side by side, and the total is that of the first one that has a figure. So a
/// counter that fails midway leaves a modelled total, and its own records say what happened.
package struct EnergyMeter: Sendable {
  /// The sources, best first.
  package let sources: [any EnergySource]

  package init(sources: [any EnergySource]) { self.sources = sources }

  /// Makes a meter of the system's counters, and of a model for where they fail, which has no figure
  /// while `others` are seen to take the processors.
  package init(
    powercapRoot: String = "/sys/class/powercap", model: EnergyModel = .assumed,
    others: @escaping OtherLoad.Watch = OtherLoad.watchSystem
  ) {
    let model = ProcessSource.model(model, others: others)
    #if os(macOS)
      sources = [ProcessSource(), model]
    #else
      sources = [PowercapSource(root: powercapRoot), model]
    #endif
  }

  /// Measures a piece of work, and returns its result with its energy.
  ///
  /// Counters that start over are read in between, twice as often as they need. The best source is
  /// started first and stopped last, so that what reading it takes is not in the others' times.
  @discardableResult
  package func measure<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> (result: Result, energy: EnergyReport) {
    let started = sources.map { $0.start() }
    let counts = Mutex(started)
    let timer = started.compactMap(\.longestStep).min().map { step in
      // Not more than a thousand times a second, whatever a counter claims.
      let period = DispatchTimeInterval.nanoseconds(Int(clamping: max(step / 2, 1_000_000)))
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
      timer.schedule(deadline: .now() + period, repeating: period)
      return timer
    }
    timer?.setEventHandler {
      counts.withLock { counts in
        for index in counts.indices { counts[index].read() }
      }
    }
    timer?.activate()
    defer { timer?.cancel() }
    let result = try body()
    let reports = counts.withLock { counts in
      let stopped = counts.indices.reversed().map { counts[$0].stop() }
      // A reading that the timer has begun has nothing to read any more.
      counts = []
      return Array(stopped.reversed())
    }
    let totals = reports.map(\.total)
    let reasons = totals.compactMap { record in record.reason.map { "\(record.source): \($0)" } }
    let none = EnergyRecord(
      .unavailable(reason: totals.isEmpty ? "there is no source" : reasons.joined(separator: "; ")),
      source: "none", domain: "none", interval: .zero, overhead: .zero)
    let total = totals.first { $0.joules != nil } ?? none
    return (result, EnergyReport(total: total, domains: reports.flatMap(\.domains)))
  }
}
