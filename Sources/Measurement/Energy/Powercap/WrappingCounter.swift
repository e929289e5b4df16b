/// A counter of microjoules that starts over at zero after its largest value.
///
/// Two readings of it only tell the energy between them up to a multiple of `range` + 1. What
/// settles the multiple is that no more can have been spent than the ceiling allows:
///
/// - the least energy that fits is right when the next one is impossible;
/// - when the next one is possible, nothing is claimed (`ambiguousWrap`);
/// - when not even the least one is possible, the counter was reset, or jumped.
///
/// So as long as the power stays below the ceiling, an energy that comes out is exact. A reset is
/// only found when the counter falls further than a wrap explains; readings close in time find
/// most. A counter that is kept in other units than microjoules, such as 61 µJ, is exact to one
/// unit at a wrap.
struct WrappingCounter: Hashable, Sendable {
  /// The largest value, in microjoules (`max_energy_range_uj`).
  let range: UInt64

  /// The power that is never exceeded, in microwatts.
  let ceiling: UInt64

  /// By how much a reading may be older than its time, in nanoseconds.
  ///
  /// RAPL counters are renewed about once a millisecond (Intel's software developer's manual,
  /// volume 3, "Platform Specific Power Management Support"); this is a hundred times as much.
  static let lag: UInt64 = 100_000_000

  /// The energy between two readings.
  ///
  /// - Parameters:
  ///   - before: the earlier reading, in microjoules.
  ///   - after: the later one.
  ///   - nanoseconds: the time between them, at least.
  /// - Returns: the energy.
  /// - Throws: why it can't be told.
  func energy(
    from before: UInt64, to after: UInt64, in nanoseconds: UInt64
  ) throws(CounterFault) -> Microjoules {
    for value in [before, after] where value > range {
      throw .beyondRange(value: value, range: range)
    }
    let (time, isTooLong) = nanoseconds.addingReportingOverflow(Self.lag)
    let most = Microjoules.most(microwatts: ceiling, nanoseconds: isTooLong ? .max : time)
    let hasFallen = after < before
    // Range − before + after + 1 has place, because after + 1 ≤ before.
    let least = hasFallen ? range - before + (after + 1) : after - before
    let elapsed = Seconds(Double(nanoseconds) / 1e9)
    let power = Watts(Double(ceiling) / 1e6)
    if least > most.count {
      throw hasFallen
        ? .reset(elapsed: elapsed, ceiling: power)
        : .jumped(by: Microjoules(least), elapsed: elapsed, ceiling: power)
    }
    if most.count - least > range {
      throw .ambiguousWrap(elapsed: elapsed, ceiling: power, range: Microjoules(range))
    }
    return Microjoules(least)
  }

  /// The longest time between readings that is never ambiguous, in nanoseconds.
  ///
  /// Whatever the readings, nothing above `range` can have been spent in it.
  var longestStep: UInt64 {
    let (step, isTooLong) = (UInt128(range) * 1_000_000_000).dividedReportingOverflow(
      by: UInt128(ceiling))
    let time = isTooLong ? UInt64.max : UInt64(clamping: step)
    return time > Self.lag ? time - Self.lag : 0
  }
}
