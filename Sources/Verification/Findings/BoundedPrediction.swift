/// What a law predicts, number by number, what was measured, and how far rounding may part them.
public struct BoundedPrediction: Sendable {
  /// What came out.
  public let measured: [Double]
  /// What the law says.
  public let predicted: [Double]
  /// How far each may be off by rounding alone, as many.
  public let bounds: [Double]

  /// Puts a law's prediction beside a measurement.
  ///
  /// - Parameters:
  ///   - measured: What came out.
  ///   - predicted: What the law says.
  ///   - bounds: How far each may be off by rounding alone.
  public init(measured: [Double], predicted: [Double], bounds: [Double]) {
    self.measured = measured
    self.predicted = predicted
    self.bounds = bounds
  }

  /// Puts several predictions into one.
  ///
  /// - Parameter predictions: The predictions.
  init(_ predictions: [BoundedPrediction]) {
    self.init(
      measured: predictions.flatMap(\.measured), predicted: predictions.flatMap(\.predicted),
      bounds: predictions.flatMap(\.bounds))
  }

  /// The largest |measured − predicted|/bound: how much of the bounds is used.
  ///
  /// 0 where nothing is off; infinity where something is not a number or a bound says nothing.
  public var worstShare: Double {
    zip(zip(measured, predicted), bounds).reduce(0) { worst, next in
      let error = (next.0.0 - next.0.1).magnitude
      guard next.1.isFinite, !error.isNaN else { return .infinity }
      return error == 0 ? worst : max(worst, error / next.1)
    }
  }

  /// `worstShare` in per cent, in a few digits.
  var percent: String {
    let share = worstShare
    return share.isFinite ? "\((100 * share).brief) %" : "more than all"
  }

  /// Whether all numbers are within their bounds.
  public var holds: Bool {
    worstShare <= 1 && measured.count == predicted.count && bounds.count == measured.count
      && !measured.isEmpty
  }
}
