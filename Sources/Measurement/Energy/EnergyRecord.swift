import Statistics

/// An energy with how it is known: no figure without its provenance.
///
/// It is made of a case that carries what its kind of figure needs, so a modelled one always has its
/// band, and an unavailable one never has joules. `Benchmarks/SCHEMA.md` describes its JSON.
package struct EnergyRecord: Hashable, Sendable, CustomStringConvertible {
  /// An energy: read from a counter, computed with a model from something else, or not there.
  package enum Figure: Hashable, Sendable {
    case measured(Joules)
    case modelled(Joules, band: EnergyBand)
    case unavailable(reason: String)
  }

  package let provenance: Provenance
  /// The energy; nil where there is none, never zero instead.
  package let joules: Joules?
  /// The range that a modelled energy is said to lie in; nil for others.
  package let band: EnergyBand?
  /// Why there is no figure; nil where there is one.
  package let reason: String?
  package let source, domain: String
  package let interval, overhead: Seconds

  /// Makes a record; what can be no energy becomes an unavailable one that says so.
  package init(
    _ figure: Figure, source: String, domain: String, interval: Seconds, overhead: Seconds
  ) {
    func isPossible(_ value: Double) -> Bool { value >= 0 && value.isFinite }
    let known: Figure =
      switch figure {
      case _ where !isPossible(interval.value) || !isPossible(overhead.value):
        .unavailable(reason: "\(interval) or \(overhead) is no duration")
      case .measured(let joules) where !isPossible(joules.value),
        .modelled(let joules, _) where !isPossible(joules.value):
        .unavailable(reason: "\(joules) can be no energy")
      case .modelled(let joules, let band) where !band.contains(joules):
        .unavailable(reason: "\(joules) is outside of its band, \(band)")
      default: figure
      }
    switch known {
    case .measured(let joules):
      (provenance, self.joules, band, reason) = (.measured, joules, nil, nil)
    case .modelled(let joules, let band):
      (provenance, self.joules, self.band, reason) = (.modelled, joules, band, nil)
    case .unavailable(let reason):
      (provenance, joules, band, self.reason) = (.unavailable, nil, nil, reason)
    }
    self.source = source
    self.domain = domain
    self.interval = interval
    self.overhead = overhead
  }

  /// The energy with what its kind of figure needs.
  package var figure: Figure {
    guard let joules else { return .unavailable(reason: reason ?? "no reason is told") }
    return band.map { .modelled(joules, band: $0) } ?? .measured(joules)
  }

  package var description: String {
    switch figure {
    case .measured(let joules): "\(domain): \(joules) (measured: \(source))"
    case .modelled(let joules, let band): "\(domain): \(joules), \(band) (modelled: \(source))"
    case .unavailable(let reason): "\(domain): unavailable (\(source): \(reason))"
    }
  }
}

extension EnergyRecord {
  /// The median energy of equal pieces of work that are known alike; nil for none.
  ///
  /// They are of one source and one domain, and all measured or all modelled. The ends of the band,
  /// the interval and the overhead are medians too.
  package static func median(_ records: [EnergyRecord]) -> EnergyRecord? {
    func median<Part: Quantity>(_ part: (EnergyRecord) -> Part?) -> Part? {
      OrderStatistics(records.compactMap { part($0)?.value }).map { Part($0.median) }
    }
    guard let first = records.first, let joules = median(\.joules),
      let interval = median(\.interval), let overhead = median(\.overhead)
    else { return nil }
    var figure = Figure.measured(joules)
    if let lower = median(\.band?.lower), let upper = median(\.band?.upper) {
      figure = .modelled(joules, band: EnergyBand(lower, upper))
    }
    return EnergyRecord(
      figure, source: first.source, domain: first.domain, interval: interval, overhead: overhead)
  }

  /// The energy of one of many equal pieces of the work, with its share of interval and overhead.
  package static func / (record: EnergyRecord, pieces: Double) -> EnergyRecord {
    let figure: Figure =
      switch record.figure {
      case .measured(let joules): .measured(joules / pieces)
      case .modelled(let joules, let band):
        .modelled(joules / pieces, band: EnergyBand(band.lower / pieces, band.upper / pieces))
      case .unavailable: record.figure
      }
    return EnergyRecord(
      figure, source: record.source, domain: record.domain, interval: record.interval / pieces,
      overhead: record.overhead / pieces)
  }
}

extension EnergyRecord: Codable {
  /// Reads a record, and refuses one that lacks a part, has one too many or can be no energy.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    provenance = try container.decode(Provenance.self, forKey: .provenance)
    joules = try container.decodeIfPresent(Joules.self, forKey: .joules)
    band = try container.decodeIfPresent(EnergyBand.self, forKey: .band)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    source = try container.decode(String.self, forKey: .source)
    domain = try container.decode(String.self, forKey: .domain)
    interval = try container.decode(Seconds.self, forKey: .interval)
    overhead = try container.decode(Seconds.self, forKey: .overhead)
    let sound = EnergyRecord(
      figure, source: source, domain: domain, interval: interval, overhead: overhead)
    guard self == sound else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "would be read as \(sound)"))
    }
  }
}

/// The range that a modelled energy is said to lie in, with finite ends of at least 0 J.
///
/// It is an assumption about the model, not a confidence interval: nothing was sampled.
package struct EnergyBand: Codable, Hashable, Sendable, CustomStringConvertible {
  package let lower, upper: Joules

  /// Makes a band; nil below 0 J, upside down, or where an end is not finite.
  package init?(lower: Joules, upper: Joules) {
    self.init(lower, upper)
    guard isSound else { return nil }
  }

  /// Makes a band of any ends; a record of an unsound one is unavailable.
  init(_ lower: Joules, _ upper: Joules) { (self.lower, self.upper) = (lower, upper) }

  /// Makes the band of an energy and a share of it to both sides, 0.4 for ±40 %.
  ///
  /// There is none for an energy that is negative or not finite, or a share outside of 0 to 1.
  package init?(around energy: Joules, share: Double) {
    guard share >= 0, share <= 1 else { return nil }
    self.init(lower: energy * (1 - share), upper: energy * (1 + share))
  }

  private var isSound: Bool { lower.value >= 0 && upper.value.isFinite && lower <= upper }

  /// Whether an energy is in the band, ends included; none is in an unsound one.
  package func contains(_ energy: Joules) -> Bool { isSound && lower <= energy && energy <= upper }

  package var description: String { "\(lower) to \(upper)" }
}
