import Measurement

/// Times several contenders that do the same work in turn.
enum Contest {
  /// A trainer or program that does the work.
  struct Contender {
    /// The labels that tell its series from the others.
    let labels: [String: String]
    /// Does the work so many times and returns the time it took.
    let time: (Int) throws -> Seconds
  }

  /// How long each took for a unit of work, round by round.
  struct Outcome {
    /// The series of each contender, in their order; seconds a unit.
    let times: [Series]

    /// The quotients of a contender's times and another's, round by round.
    func ratio(of contender: Int, to other: Int) -> Series {
      var labels = times[contender].labels
      let differing = times[other].labels.filter { labels[$0.key] != $0.value }
      for (key, value) in differing { labels["relative to \(key)"] = value }
      return Series(
        labels, unit: "ratio",
        samples: Rounds.ratios(times[contender].samples, times[other].samples))
    }
  }

  /// Measures until the interval of each contender's time is narrow, or the rule's time limit for each
  /// is over.
  ///
  /// A sample lasts at least `length`; a repetition is so many units of work, steps or calls. With
  /// `equal` work, all contenders do as many repetitions as the one that needs most. Rounds that are
  /// disturbed by `others` are left out, and measured again within twice the time limit.
  static func run(
    _ contenders: [Contender], _ rule: StoppingRule, samplesLasting length: Seconds, unit: String,
    unitsPerRepetition: Int = 1, equal: Bool = false, others: OtherLoad? = nil
  ) throws -> Outcome {
    var repetitions = try contenders.map { contender in
      try Rounds.repetitions(lasting: length, contender.time)
    }
    if equal { repetitions = repetitions.map { _ in repetitions.max() ?? 1 } }
    var rule = rule
    rule.timeLimit = rule.timeLimit * Double(contenders.count)
    let watch = Stopwatch()
    var leftOut: Int?
    var disturbed: Int?
    let samples = try Rounds.measure(rule) {
      var round: [Double] = []
      func measure() throws {
        round = try zip(contenders, repetitions).map { contender, count in
          try contender.time(count).value / Double(count * unitsPerRepetition)
        }
      }
      guard let others else {
        try measure()
        return round
      }
      while let isDisturbed = try others.isDisturbed(during: measure) {
        (leftOut, disturbed) = (leftOut ?? 0, disturbed ?? 0)
        guard isDisturbed else { break }
        if watch.elapsed > rule.timeLimit * 2 {
          disturbed = disturbed.map { $0 + 1 }
          break
        }
        leftOut = leftOut.map { $0 + 1 }
        try Rounds.requireNoInterrupt()
      }
      return round
    }
    return Outcome(
      times: zip(contenders, zip(samples, repetitions)).map { contender, measured in
        var series = Series(
          contender.labels, unit: "s/\(unit)", samples: measured.0,
          repetitions: measured.1 * unitsPerRepetition)
        (series.leftOutRounds, series.disturbedRounds) = (leftOut, disturbed)
        return series
      })
  }
}
