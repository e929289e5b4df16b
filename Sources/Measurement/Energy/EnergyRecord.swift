/// An energy with how it is known: no figure without its provenance.
///
/// It is made of a case that carries what its kind of figure needs, so a modelled one always has its
/// band, and an unavailable one never has joules. In JSON, it is one object:
///
/// - `provenance`: `measured`, `modelled` or `unavailable`; never absent.
/// - `joules`: the energy in joules, at least 0; absent where unavailable.
/// - `band`: `lower` and `upper` in joules, which hold `joules`; only where modelled.
/// - `reason`: why there is no figure, in one line; only where unavailable.
/// - `source`: what it was read from or computed with, such as `powercap`, or a model's name.
/// - `domain`: what drew the energy, such as `package-0`; parts that were added are joined by ` + `.
/// - `interval`: how long the energy was counted, in seconds.
/// - `overhead`: how long reading the source took during that, in seconds.
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
  private let reason: String?
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

  /// The energy as a figure of any kind; a modelled one is named after the record's source.
  package var estimate: Estimate<Joules> {
    switch figure {
    case .measured(let joules): .measured(joules)
    case .modelled(let joules, _): .modelled(joules, model: source)
    case .unavailable(let reason): .unavailable(reason: reason)
    }
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
  /// The energy of several pieces of work together; nil for none.
  ///
  /// Only energies that are known alike add up: of one source and one domain, and all measured or
  /// all modelled. Others make an unavailable record that says so. Intervals and overheads add up,
  /// and so do the ends of bands, as if all models were wrong in the same direction.
  package static func sum(_ records: [EnergyRecord]) -> EnergyRecord? {
    guard let first = records.first else { return nil }
    func total<Part: Quantity>(_ part: (EnergyRecord) -> Part?) -> Part {
      records.compactMap(part).reduce(.zero, +)
    }
    let missing = records.compactMap(\.reason)
    let figure: Figure =
      if let reason = missing.first {
        .unavailable(reason: "\(missing.count) of \(records.count): \(reason)")
      } else if Set(records.map { [$0.source, $0.domain, $0.provenance.rawValue] }).count > 1 {
        .unavailable(reason: "the parts are known in different ways")
      } else if first.provenance == .measured {
        .measured(total(\.joules))
      } else if let band = EnergyBand(lower: total(\.band?.lower), upper: total(\.band?.upper)) {
        .modelled(total(\.joules), band: band)
      } else {
        .unavailable(reason: "the sum is not finite")
      }
    return EnergyRecord(
      figure, source: first.source, domain: first.domain, interval: total(\.interval),
      overhead: total(\.overhead))
  }

  /// The energy of one of many equal pieces of the work, with its share of interval and overhead.
  package static func / (record: EnergyRecord, pieces: Double) -> EnergyRecord {
    let figure: Figure =
      switch record.figure {
      case .measured(let joules): .measured(joules / pieces)
      case .modelled(let joules, let band):
        EnergyBand(lower: band.lower / pieces, upper: band.upper / pieces)
          .map { .modelled(joules / pieces, band: $0) }
          ?? .unavailable(reason: "\(pieces) pieces can't share it")
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
    self.lower = lower
    self.upper = upper
    guard isSound else { return nil }
  }

  /// Makes the band of an energy and a share of it to both sides, 0.4 for ±40 %.
  ///
  /// There is none for an energy that is negative or not finite, or a share outside of 0 to 1.
  package init?(around energy: Joules, share: Double) {
    guard share >= 0, share <= 1 else { return nil }
    self.init(lower: energy * (1 - share), upper: energy * (1 + share))
  }

  private var isSound: Bool { lower.value >= 0 && upper.value.isFinite && lower <= upper }

  /// Whether an energy is in the band, ends included; none is in a band that was read unsound.
  package func contains(_ energy: Joules) -> Bool { isSound && lower <= energy && energy <= upper }

  package var description: String { "\(lower) to \(upper)" }
}
