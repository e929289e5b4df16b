/// The losses and hits of a forward pass over some samples.
public struct Tally: Codable, Hashable, Sendable {
  /// The exact sum of the samples' losses.
  public var loss = ExactSum()
  /// Samples whose largest output is that of their class; the first of equals counts as largest.
  public var correct = 0
  /// The exact sum of the samples' weights; nil where all count the same.
  public private(set) var weight: ExactSum?

  /// Creates an empty tally.
  public init() {}

  /// Reads a tally; more hits than samples are a decoding error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    loss = try container.decode(ExactSum.self, forKey: .loss)
    correct = try container.decodeCount(forKey: .correct, upTo: loss.count)
    weight = try container.decodeIfPresent(ExactSum.self, forKey: .weight)
  }

  /// The number of samples.
  public var count: Int { loss.count }

  /// The share of samples that were classified correctly.
  public var accuracy: Double { Double(correct) / Double(count) }

  /// The mean loss: the sum divided once, by the samples' weights where they have some, or else by
  /// their number.
  public var meanLoss: Double { weight.map { loss.value / $0.value } ?? loss.mean }

  /// Adds one sample, by its loss, whether it was classified correctly, and its class's weight.
  public mutating func add(loss: Double, isCorrect: Bool, weight: Double? = nil) {
    self.loss.add(loss)
    if isCorrect { correct += 1 }
    guard let weight else { return }
    var sum = self.weight ?? ExactSum()
    sum.add(weight)
    self.weight = sum
  }

  /// Adds the samples of another tally, none of which are in this one.
  public mutating func add(_ other: Tally) {
    loss.add(other.loss)
    correct += other.correct
    guard var sum = other.weight else { return }
    if let weight { sum.add(weight) }
    weight = sum
  }
}

extension Sequence<Tally> {
  /// All samples of these tallies together.
  package var total: Tally { reduce(into: Tally()) { $0.add($1) } }
}
