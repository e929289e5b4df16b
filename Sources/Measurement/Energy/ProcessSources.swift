import Foundation

/// Energy that follows from how far a number of the system rises while the process works.
///
/// 64 bits of nanoseconds, or of nanojoules at 1 W, last for 584 years, so it is read twice only.
struct ProcessSource: EnergySource {
  typealias Number = @Sendable () throws(ReadingFault) -> UInt64

  var name: String { model?.name ?? "proc_pid_rusage" }
  private var domain: String { model == nil ? "process" : "processor + memory" }
  var clock = MonotonicClock.system
  var number: Number = systemNanojoules
  /// The model to which the number is busy time, in nanoseconds; without one it is nanojoules.
  var model: EnergyModel?
  /// Tells whether others took the processors: then threads wait, many of them busily, and take longer.
  var others: OtherLoad.Watch = { { nil } }

  func start() -> any EnergyCount {
    let (before, reading) = Stopwatch.measure(clock: clock) { Result(catching: number) }
    return Count(
      source: self, before: before, firstReading: reading, isDisturbed: others(),
      watch: Stopwatch(clock: clock))
  }

  private struct Count: EnergyCount {
    let source: ProcessSource
    let before: Result<UInt64, ReadingFault>
    let firstReading: Seconds
    let isDisturbed: @Sendable () -> Bool?
    /// Started after the first reading.
    let watch: Stopwatch

    var longestStep: UInt64? { nil }
    func read() {}

    func stop() -> EnergyReport {
      let interval = watch.elapsed
      let (after, lastReading) = Stopwatch.measure(clock: source.clock) {
        Result(catching: source.number)
      }
      let overhead = firstReading + lastReading
      let figure: EnergyRecord.Figure
      do throws(ReadingFault) {
        let (before, after) = (try before.get(), try after.get())
        guard after >= before else { throw ReadingFault("the counter fell") }
        if let model = source.model {
          guard isDisturbed() != true else {
            throw ReadingFault("other programs took the processors: run again when they have ended")
          }
          let busy = Seconds(nanoseconds: after - before)
          return model.report(busy: busy, over: interval, overhead: overhead)
        }
        guard after > before else { throw ReadingFault("the counter stood still") }
        figure = .measured(Joules(Double(after - before) / 1e9))
      } catch {
        figure = .unavailable(reason: error.description)
      }
      return EnergyReport(
        total: EnergyRecord(
          figure, source: source.name, domain: source.domain, interval: interval,
          overhead: overhead))
    }
  }
}

extension ProcessSource {
  /// Energy by a model of the process's busy time, for where nothing counts.
  ///
  /// It knows this process's time only, so what the machine draws when idle, or for others, is not
  /// in its figures, and there is none while `others` take the processors.
  static func model(
    _ model: EnergyModel = .assumed, clock: MonotonicClock = .system,
    busy: @escaping Number = Seconds.processNanoseconds,
    others: @escaping OtherLoad.Watch = { { nil } }
  ) -> ProcessSource {
    ProcessSource(clock: clock, number: busy, model: model, others: others)
  }

  /// Energy that the system attributes to this process, from a counter of nanojoules.
  ///
  /// macOS has one, `ri_energy_nj` of `proc_pid_rusage` (XNU, `bsd/sys/resource.h`,
  /// `rusage_info_v6`). Reading it there was compiled but never tried: take its figures with
  /// caution. Elsewhere, and on Macs that don't count, there is none.
  @Sendable static func systemNanojoules() throws(ReadingFault) -> UInt64 {
    #if os(macOS)
      var usage = rusage_info_v6()
      let status = withUnsafeMutablePointer(to: &usage) { pointer in
        pointer.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
          proc_pid_rusage(getpid(), RUSAGE_INFO_V6, $0)
        }
      }
      guard status == 0 else {
        throw ReadingFault("proc_pid_rusage failed: \(String(cString: strerror(errno)))")
      }
      return usage.ri_energy_nj
    #else
      throw ReadingFault("only macOS counts the energy of a process")
    #endif
  }
}
