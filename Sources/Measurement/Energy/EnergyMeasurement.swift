import Dispatch
import Synchronization

/// An energy measurement that is under way.
///
/// Counters that start over are read in between by themselves, twice as often as they need; call
/// `read()` to read more often.
public final class EnergyMeasurement: Sendable {
  private struct State {
    var counts: [any EnergyCount]
    var report: EnergyReport?
  }

  private let state: Mutex<State>
  private let timer: Timer?

  /// Starts the sources, the best one first and last to be stopped, so that what reading it takes
  /// is not in the times of the others.
  init(of sources: [any EnergySource]) {
    let counts = sources.map { $0.start() }
    let steps = counts.compactMap(\.longestStep)
    state = Mutex(State(counts: counts))
    timer = steps.min().map { Timer(nanoseconds: $0 / 2) }
    timer?.start { [weak self] in self?.read() }
  }

  deinit { timer?.cancel() }

  /// Reads the sources in between.
  public func read() {
    state.withLock { state in
      guard state.report == nil else { return }
      for index in state.counts.indices { state.counts[index].read() }
    }
  }

  /// Ends the measurement.
  ///
  /// - Returns: what was found; the same if it is asked again.
  public func stop() -> EnergyReport {
    timer?.cancel()
    return state.withLock { state in
      if let report = state.report { return report }
      var ended: [EnergyCounts] = []
      for index in state.counts.indices.reversed() { ended.append(state.counts[index].stop()) }
      ended.reverse()
      let best = ended.first { $0.total.joules != nil } ?? ended.first
      let none = EnergyRecord(
        .unavailable(reason: "there is no source"), source: "none", domain: "none",
        interval: .zero, overhead: .zero)
      let report = EnergyReport(total: best?.total ?? none, domains: ended.flatMap(\.domains))
      state.report = report
      return report
    }
  }

  /// Calls a function now and then, in the background.
  private final class Timer: @unchecked Sendable {
    // Dispatch's sources may be used from any thread.
    private let source = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    private let period: DispatchTimeInterval

    init(nanoseconds: UInt64) {
      // Not more than a thousand times a second, whatever a counter claims.
      period = .nanoseconds(Int(clamping: max(nanoseconds, 1_000_000)))
    }

    func start(_ body: @escaping @Sendable () -> Void) {
      source.setEventHandler(handler: body)
      source.schedule(deadline: .now() + period, repeating: period)
      source.activate()
    }

    func cancel() { source.cancel() }
  }
}
