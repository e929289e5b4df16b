import CommandLineTools
import Measurement

/// Repeats what is compared in turn, so that whatever else the machine does meets all alike.
enum Rounds {
  /// Measures rounds until a rule is satisfied, and returns the samples of each thing measured.
  ///
  /// The rule looks at the samples, or at figures that `judged` makes of them.
  static func measure(
    _ rule: StoppingRule, clock: MonotonicClock = .system,
    judging judged: ([[Double]]) -> [[Double]] = { $0 }, round: () throws -> [Double]
  ) throws -> [[Double]] {
    let watch = Stopwatch(clock: clock)
    var series = try round().map { [$0] }
    while !rule.isSatisfied(by: judged(series), after: watch.elapsed) {
      try requireNoInterrupt()
      for (index, sample) in try round().enumerated() { series[index].append(sample) }
    }
    return series
  }

  /// Ends the measurement where the user has interrupted it.
  static func requireNoInterrupt() throws(CommandError) {
    guard !Interrupt.isRequested else {
      throw .interrupted("interrupted: nothing was written; run the same command again")
    }
  }

  /// How often work must be repeated for one sample to last at least so long.
  ///
  /// Finding out also warms up caches, threads and the processor's clock. The first time doesn't
  /// count, because a peer may compile what it hasn't done yet.
  static func repetitions(lasting minimum: Seconds, _ body: (Int) throws -> Seconds) rethrows -> Int
  {
    _ = try body(1)
    var count = 1
    while true {
      let time = try body(count)
      if time >= minimum { return count }
      let needed = time > .zero ? Double(count) * (minimum / time) * 1.1 : .infinity
      count = Int(min(needed.rounded(.up), Double(count) * 10))
    }
  }

  /// The quotients of two series, round by round.
  static func ratios(_ numerators: [Double], _ denominators: [Double]) -> [Double] {
    zip(numerators, denominators).map { $0 / $1 }
  }
}

/// When a measurement has been repeated often enough.
///
/// It goes on until the 95 % interval of the median is narrow, or the time is over, but for seven
/// rounds at least. Seven, because the extremes of seven samples hold the median in 98 % of cases,
/// and those of five only in 94 %. Looking again after each round makes it likelier to stop at an
/// interval that is narrow by luck, so the level is nominal; for the same reason the first look is
/// not before round seven.
struct StoppingRule: Sendable {
  /// What half of the interval may be, as a share of the median.
  var relativeHalfWidth = 0.02
  /// Start no further round after so long.
  var timeLimit: Seconds
  /// Rounds before the first look.
  var minimumRounds = 7
  /// Rounds after which there is no further one.
  var maximumRounds = 2000

  /// Whether the figures, each with its samples so far, need no further round.
  func isSatisfied(by series: [[Double]], after elapsed: Seconds) -> Bool {
    let rounds = series.map(\.count).min() ?? 0
    guard rounds >= minimumRounds else { return false }
    return rounds >= maximumRounds || elapsed >= timeLimit || series.allSatisfy(isNarrow)
  }

  /// Whether the interval of the samples' median is narrow.
  func isNarrow(_ samples: [Double]) -> Bool {
    let halfWidth = Series([:], unit: "", samples: samples).relativeHalfWidth
    return halfWidth.map { $0 <= relativeHalfWidth } ?? false
  }
}
