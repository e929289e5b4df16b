import CommandLineTools
import Foundation
import Measurement
import Statistics

/// The energy of training or inference at a batch size, round by round.
struct EnergyRow: Codable, Equatable {
  /// One round's time and energy.
  struct Round: Codable, Equatable {
    /// How long the work took.
    var seconds: Seconds
    /// The energy of the work, by every source and domain.
    var energy: EnergyReport
  }

  /// The labels that tell it from the others: task, model, optimizer, batch size, threads.
  var labels: [String: String]
  /// The images of a round.
  var images: Int
  /// The rounds, at least one.
  var rounds: [Round]

  /// Samples a step or call.
  var batchSize: Int { labels["batch"].flatMap { Int($0) } ?? 0 }

  /// What rounds have in common whose energies can be compared.
  private static func kind(_ round: Round) -> [String] {
    let energy = round.energy.total
    return [energy.source, energy.domain, energy.provenance.rawValue]
  }

  /// The rounds whose energies are known alike, of one source and domain and all measured or all
  /// modelled, where they are more than half of all; otherwise none.
  var counted: [Round] {
    Dictionary(grouping: rounds, by: Self.kind).values.first {
      $0.count * 2 > rounds.count && $0[0].energy.total.joules != nil
    } ?? []
  }

  /// How many rounds are left out, or have no energy where the row has none, and why; nil where all
  /// count.
  var shortcoming: String? {
    let kind = counted.first.map(Self.kind)
    let leftOut = rounds.filter { Self.kind($0) != kind }
    let missing = leftOut.filter { $0.energy.total.joules == nil }
    let named = kind == nil && !missing.isEmpty ? missing : leftOut
    return (missing.first ?? leftOut.first).map { round in
      "\(named.count) of \(rounds.count) rounds: \(round.energy.obstacle ?? "known in another way")"
    }
  }

  /// An image's energy, the median over the rounds that count, with how it is known.
  var perImage: EnergyRecord {
    let first = rounds[0].energy.total
    let energy =
      EnergyRecord.median(counted.map(\.energy.total))
      ?? EnergyRecord(
        .unavailable(reason: shortcoming ?? "no reason is told"), source: first.source,
        domain: first.domain, interval: first.interval, overhead: first.overhead)
    return energy / Double(images)
  }

  /// The range that an image's energy is in.
  ///
  /// A modelled energy's band; for measured ones the 95 % interval of their median, which needs six
  /// rounds.
  var range: EnergyBand? {
    switch perImage.figure {
    case .modelled(_, let band): band
    case .measured:
      OrderStatistics(counted.compactMap { $0.energy.total.joules?.value })?.medianInterval()
        .flatMap {
          EnergyBand(
            lower: Joules($0.lower / Double(images)), upper: Joules($0.upper / Double(images)))
        }
    case .unavailable: nil
    }
  }

  /// An image's time, the median over the rounds of its energy.
  var secondsPerImage: Seconds {
    let times = (counted.isEmpty ? rounds : counted).map(\.seconds.value)
    return Seconds(OrderStatistics(finite: times).median / Double(images))
  }

  /// An image's energy by the model of "Effect of Batch Size", from the time alone.
  var published: Estimate<Joules> { EnergyModel.published.energy(for: .measured(secondsPerImage)) }

  /// Why the energy is modelled; nil where it isn't.
  var obstacle: String? { counted.first?.energy.obstacle }

  /// How the energy is known, in a word or two.
  var provenance: String {
    guard case .modelled(let joules, let band) = perImage.figure, joules > .zero else {
      return perImage.provenance.rawValue
    }
    let share = (band.upper - band.lower) / joules / 2 * 100
    return "modelled ±\(Int(share.rounded())) %"
  }

  private enum Key: CodingKey {
    case labels, images, rounds, perImage, published
  }

  init(_ labels: [String: String], images: Int, rounds: [Round]) {
    precondition(images > 0 && !rounds.isEmpty, "a round has images, and there is one")
    self.labels = labels
    self.images = images
    self.rounds = rounds
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    labels = try container.decode([String: String].self, forKey: .labels)
    images = try container.decode(Int.self, forKey: .images)
    rounds = try container.decode([Round].self, forKey: .rounds)
    guard images > 0, !rounds.isEmpty else {
      throw DecodingError.dataCorruptedError(
        forKey: .rounds, in: container, debugDescription: "an energy needs a round with images")
    }
  }

  /// Writes the rounds, and for readers what follows from them.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(labels, forKey: .labels)
    try container.encode(images, forKey: .images)
    try container.encode(rounds, forKey: .rounds)
    try container.encode(perImage, forKey: .perImage)
    try container.encode(published, forKey: .published)
  }
}

/// Measures the energies of several pieces of work in turn.
struct EnergyContest {
  /// One piece of work.
  struct Contender {
    /// The labels that tell it from the others.
    let labels: [String: String]
    /// The images of a repetition.
    let images: Int
    /// Does the work so many times and returns the time it took.
    let time: (Int) -> Seconds
  }

  let contenders: [Contender]
  let meter: EnergyMeter
  /// How long a round of each lasts at least: long beside a counter's step, which is a millisecond.
  var roundLength = Seconds(0.1)

  /// Threads of the one before may still be looking for work; they give up within this time.
  private static let pause = 0.01

  /// Measures seven rounds at least, and starts none after so long for each contender.
  func measure(limit: Seconds) throws -> [EnergyRow] {
    let repetitions = contenders.map { Rounds.repetitions(lasting: roundLength, $0.time) }
    var rounds: [[EnergyRow.Round]] = contenders.map { _ in [] }
    let rule = StoppingRule(timeLimit: limit * Double(contenders.count))
    let watch = Stopwatch()
    var count = 0
    while count < rule.minimumRounds || watch.elapsed < rule.timeLimit {
      try Rounds.requireNoInterrupt()
      for (index, contender) in contenders.enumerated() {
        Thread.sleep(forTimeInterval: Self.pause)
        let (time, energy) = meter.measure { contender.time(repetitions[index]) }
        rounds[index].append(.init(seconds: time, energy: energy))
      }
      count += 1
    }
    return contenders.indices.map { index in
      EnergyRow(
        contenders[index].labels, images: contenders[index].images * repetitions[index],
        rounds: rounds[index])
    }
  }
}
