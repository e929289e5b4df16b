import Measurement
import Statistics

/// What was measured, once a round.
struct Series: Codable, Equatable {
  /// What tells it from the others: the model, the batch size, who computed.
  var labels: [String: String]
  /// The unit of the samples.
  var unit: String
  /// One figure a round, in the order of the rounds.
  var samples: [Double]
  /// Steps or calls that each sample is the mean of; nil for a quotient of two series.
  var repetitions: Int?

  /// Labels as people read them.
  static func name(_ labels: [String: String]) -> String {
    let leading = ["task", "model", "optimizer", "layer", "product", "batch", "by", "threads"]
    func rank(_ key: String) -> Int { leading.firstIndex(of: key) ?? leading.count }
    let keys = labels.keys.sorted { (rank($0), $0) < (rank($1), $1) }
    return keys.map { key in
      let value = labels[key] ?? ""
      return ["task", "model", "optimizer", "layer", "product", "by"].contains(key)
        ? value : "\(key) \(value)"
    }.joined(separator: ", ")
  }

  private var order: OrderStatistics? { OrderStatistics(samples) }

  /// The median of the samples; nil where there are none, or one is not finite.
  var median: Double? { order?.median }

  /// The 95 % interval of the median; nil for fewer than six samples.
  var interval: Interval<Double>? { order?.medianInterval() }

  private enum Key: String, CodingKey {
    case labels, unit, samples, repetitions, median, interval
  }

  init(_ labels: [String: String], unit: String, samples: [Double], repetitions: Int? = nil) {
    self.labels = labels
    self.unit = unit
    self.samples = samples
    self.repetitions = repetitions
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    labels = try container.decode([String: String].self, forKey: .labels)
    unit = try container.decode(String.self, forKey: .unit)
    samples = try container.decode([Double].self, forKey: .samples)
    repetitions = try container.decodeIfPresent(Int.self, forKey: .repetitions)
  }

  /// Writes the samples, and for readers what follows from them.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(labels, forKey: .labels)
    try container.encode(unit, forKey: .unit)
    try container.encode(samples, forKey: .samples)
    try container.encodeIfPresent(repetitions, forKey: .repetitions)
    try container.encodeIfPresent(median, forKey: .median)
    try container.encodeIfPresent(interval, forKey: .interval)
  }
}
