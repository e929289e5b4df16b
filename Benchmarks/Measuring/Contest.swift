import Measurement

/// The same work, done in turn by several.
enum Contest {
  /// One who does it.
  struct Contender {
    /// What tells it from the others, as a series' labels.
    let labels: [String: String]
    /// Does the work so many times and says how long that took.
    let time: (Int) throws -> Seconds
  }

  /// How long each took for a unit of work, round by round.
  struct Outcome {
    /// The series of each contender, in their order; seconds a unit.
    let times: [Series]

    /// How many times as long as another a contender took, round by round.
    ///
    /// - Parameters:
    ///   - contender: The contender's index.
    ///   - other: The other's.
    /// - Returns: The quotients of the contender's times and the other's.
    func ratio(of contender: Int, to other: Int) -> Series {
      var labels = times[contender].labels
      let differing = times[other].labels.filter { labels[$0.key] != $0.value }
      for (key, value) in differing { labels["relative to \(key)"] = value }
      return Series(
        labels, unit: "ratio",
        samples: Rounds.ratios(times[contender].samples, times[other].samples))
    }
  }

  /// Measures in turn until the interval of each contender's time is narrow.
  ///
  /// - Parameters:
  ///   - contenders: Who takes part.
  ///   - rule: When it is enough; its time limit is for each contender.
  ///   - length: How long a sample lasts at least.
  ///   - unit: What a unit of work is called: a step or a call.
  ///   - unitsPerRepetition: The units that a contender does each time.
  /// - Returns: What each took.
  /// - Throws: What a contender throws.
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
