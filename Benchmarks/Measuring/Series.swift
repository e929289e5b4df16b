import Measurement
import Reporting
import Statistics

/// The samples of one measurement, one a round.
struct Series: Codable, Equatable {
  /// The labels that tell it from the others: the model, the batch size, who computed.
  var labels: [String: String]
  /// The unit of the samples.
  var unit: String
  /// One figure a round, in the order of the rounds.
  var samples: [Double]
  /// Steps or calls that each sample is the mean of; nil for a quotient of two series.
  var repetitions: Int?
  /// Rounds that were left out because other programs took the processors; nil where nobody looked.
  var leftOutRounds: Int?
  /// Rounds among the samples in which other programs took the processors all the same.
  var disturbedRounds: Int?

  /// Labels as people read them.
  static func name(_ labels: [String: String]) -> String {
    let named = ["task", "model", "optimizer", "layer", "product", "by"]
    let leading = named.dropLast() + ["batch", "by", "threads"]
    func rank(_ key: String) -> Int { leading.firstIndex(of: key) ?? leading.count }
    let keys = labels.keys.sorted { (rank($0), $0) < (rank($1), $1) }
    return keys.map { key in
      let value = labels[key] ?? ""
      return named.contains(key) ? value : "\(key) \(value)"
    }.joined(separator: ", ")
  }

  private var order: OrderStatistics? { OrderStatistics(samples) }

  /// The median of the samples; nil where there are none, or one is not finite.
  var median: Double? { order?.median }

  /// The 95 % interval of the median; nil for fewer than six samples.
  var interval: Interval<Double>? { order?.medianInterval() }

  init(_ labels: [String: String], unit: String, samples: [Double], repetitions: Int? = nil) {
    self.labels = labels
    self.unit = unit
    self.samples = samples
    self.repetitions = repetitions
  }

  /// Figures that readers find in the file, and that follow from the samples.
  private enum DerivedKey: CodingKey {
    case median, interval
  }

  /// Writes the samples, and for readers what follows from them.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(labels, forKey: .labels)
    try container.encode(unit, forKey: .unit)
    try container.encode(samples, forKey: .samples)
    try container.encodeIfPresent(repetitions, forKey: .repetitions)
    try container.encodeIfPresent(leftOutRounds, forKey: .leftOutRounds)
    try container.encodeIfPresent(disturbedRounds, forKey: .disturbedRounds)
    var derived = encoder.container(keyedBy: DerivedKey.self)
    try derived.encodeIfPresent(median, forKey: .median)
    try derived.encodeIfPresent(interval, forKey: .interval)
  }
}

extension Series {
  /// Samples a step or call.
  var batchSize: Int? { labels["batch"].flatMap { Int($0) } }

  /// Half of the interval's width as a share of the median.
  var relativeHalfWidth: Double? {
    guard let median, let interval, median != 0 else { return nil }
    return (interval.upper - interval.lower) / 2 / median.magnitude
  }

  /// The cells of a median, times a factor, and of half of its interval's width in per cent.
  func cells(scale: Double = 1, digits: Int = 4) -> [TextTable.Cell] {
    [
      .figure(median.map { $0 * scale }, digits: digits),
      .number(relativeHalfWidth.map { $0 * 100 }, .significant(2)),
    ]
  }
}
