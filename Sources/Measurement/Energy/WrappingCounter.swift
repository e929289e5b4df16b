/// A counter of microjoules that starts over at zero after its largest value.
///
/// Two readings of it only tell the energy between them up to a multiple of `range` + 1. What
/// settles the multiple is that no more can have been spent than the ceiling allows:
///
/// - the least energy that fits is right when the next one is impossible;
/// - when the next one is possible, nothing is claimed;
/// - when not even the least one is possible, the counter was reset, or jumped.
///
/// So as long as the power stays below the ceiling, an energy that comes out is exact, or exact to
/// a unit of 61 µJ where the counter has such at a wrap. A reset is only found when the counter
/// falls further than a wrap explains; readings close in time find most.
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

  /// The microjoules between two readings that are `nanoseconds` apart, or why they can't be told.
  func energy(
    from before: UInt64, to after: UInt64, in nanoseconds: UInt64
  ) throws(ReadingFault) -> UInt64 {
    for value in [before, after] where value > range {
      throw ReadingFault("the counter stands at \(value) µJ, beyond its range of \(range) µJ")
    }
    let (time, isTooLong) = nanoseconds.addingReportingOverflow(Self.lag)
    let most = Self.most(microwatts: ceiling, nanoseconds: isTooLong ? .max : time)
    let hasFallen = after < before
    // Range − before + after + 1 has place, because after + 1 ≤ before.
    let least = hasFallen ? range - before + (after + 1) : after - before
    let (elapsed, power) = (Seconds(nanoseconds: nanoseconds), Watts(Double(ceiling) / 1e6))
    guard least <= most else {
      throw ReadingFault(
        hasFallen
          ? "the counter was reset: it fell, and \(power) can't have taken it around in \(elapsed)"
          : "the counter jumped: \(Joules(microjoules: least)) in \(elapsed) is more than \(power)")
    }
    guard most - least <= range else {
      throw ReadingFault(
        "the counter may have started over once more than it shows: \(elapsed) between readings, "
          + "at up to \(power), and a range of \(Joules(microjoules: range))")
    }
    return least
  }

  /// The most microjoules that a power can have spent in a time, rounded up and held to 64 bits.
  static func most(microwatts: UInt64, nanoseconds: UInt64) -> UInt64 {
    // 1 µW · 1 ns = 10⁻⁹ µJ; a product of 64 bits each leaves 128 room for the rounding.
    UInt64(clamping: (UInt128(microwatts) * UInt128(nanoseconds) + 999_999_999) / 1_000_000_000)
  }

  /// The longest time between readings in which no more than `range` can be spent, in nanoseconds.
  var longestStep: UInt64 {
    guard ceiling > 0 else { return .max - Self.lag }
    let time = UInt64(clamping: UInt128(range) * 1_000_000_000 / UInt128(ceiling))
    return time - min(time, Self.lag)
  }
}

extension Joules {
  /// Makes an energy of whole microjoules, with one rounding beyond 2⁵³ µJ and one for the division.
  init(microjoules: some BinaryInteger) { self.init(Double(microjoules) / 1e6) }
}
