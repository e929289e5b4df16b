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
  /// A sample lasts at least `length`; a repetition is so many units of work, steps or calls.
  static func run(
    _ contenders: [Contender], _ rule: StoppingRule, samplesLasting length: Seconds, unit: String,
    unitsPerRepetition: Int = 1
  ) throws -> Outcome {
    let repetitions = try contenders.map { contender in
      try Rounds.repetitions(lasting: length, contender.time)
    }
    var rule = rule
    rule.timeLimit = rule.timeLimit * Double(contenders.count)
    let samples = try Rounds.measure(rule) {
      try zip(contenders, repetitions).map { contender, count in
        try contender.time(count).value / Double(count * unitsPerRepetition)
      }
    }
    return Outcome(
      times: zip(contenders, zip(samples, repetitions)).map { contender, measured in
        Series(
          contender.labels, unit: "s/\(unit)", samples: measured.0,
          repetitions: measured.1 * unitsPerRepetition)
      })
  }
}
