import Measurement

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
