/// A range that holds an unknown figure with a stated confidence.
package struct Interval<Bound: Comparable & Sendable>: Sendable {
  /// The ends, in order.
  package let lower, upper: Bound
  /// The confidence level, between 0 and 1: the share of such intervals that hold the figure is
  /// at least this.
  package let level: Double

  /// Makes an interval of two ends, which are put in order.
  package init(lower: Bound, upper: Bound, level: Double) {
    self.lower = min(lower, upper)
    self.upper = max(lower, upper)
    self.level = level
  }

  /// The interval of an increasing function of the figure, such as the one that gives it a unit.
  package func map<Result>(_ transform: (Bound) -> Result) -> Interval<Result> {
    Interval<Result>(lower: transform(lower), upper: transform(upper), level: level)
  }

  /// Whether a figure is in the interval, ends included.
  package func contains(_ figure: Bound) -> Bool { lower <= figure && figure <= upper }
}

extension Interval: Equatable {}
extension Interval: Hashable where Bound: Hashable {}
extension Interval: Encodable where Bound: Encodable {}
extension Interval: Decodable where Bound: Decodable {}

extension Interval: CustomStringConvertible where Bound: CustomStringConvertible {
  /// Both ends, such as `23.1 µs to 24.9 µs`.
  package var description: String { "\(lower) to \(upper)" }
}
