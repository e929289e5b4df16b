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
  static func repetitions(
    lasting minimum: Seconds, _ body: (Int) throws -> Seconds
  ) rethrows -> Int {
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
