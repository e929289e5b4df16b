import Measurement
import Statistics

/// The quotient of two medians, each of samples of its own, with an interval.
struct MedianRatio: Equatable {
  /// The quotient of the samples' medians.
  let ratio: Double
  /// The 95 % interval of the quotient of the populations' medians; nil for too few samples.
  let interval: Interval<Double>?

  /// Compares two series of positive figures.
  ///
  /// Each median lies between two of its samples, whatever the distribution, with a chance that
  /// follows from their ranks alone (David and Nagaraja, "Order Statistics", section 7.1). Each is
  /// given a chance of at least √0.95; the two series are of different runs and so independent, and
  /// both medians are in their intervals [a, b] and [c, d] with chance √0.95² = 0.95. Then, all being
  /// positive, the quotient of the second's median and the first's is in [c / b, d / a]. The interval
  /// holds in more cases than it says, since the converse is not so. It takes seven samples of each.
  ///
  /// What it doesn't know of is what differs from run to run and not within one: where memory lies,
  /// what else the machine did.
  init?(old: [Double], new: [Double]) {
    guard let before = OrderStatistics(old), let after = OrderStatistics(new),
      before.sorted[0] > 0, after.sorted[0] > 0
    else { return nil }
    ratio = after.median / before.median
    let level = 0.95
    guard let a = before.medianInterval(level: level.squareRoot()),
      let b = after.medianInterval(level: level.squareRoot())
    else {
      interval = nil
      return
    }
    interval = Interval(lower: b.lower / a.upper, upper: b.upper / a.lower, level: level)
  }

  /// Whether the interval says that the new median is larger by more than a share, 0.1 for a tenth.
  func isSlower(byMoreThan share: Double) -> Bool {
    interval.map { $0.lower > 1 + share } ?? false
  }

  /// Whether the interval says that the new median is smaller.
  var isFaster: Bool { interval.map { $0.upper < 1 } ?? false }
}
