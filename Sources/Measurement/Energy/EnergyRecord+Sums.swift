extension EnergyRecord {
  /// The energy of several pieces of work together.
  ///
  /// Only energies that are known alike add up: of one source and one domain, and all measured or
  /// all modelled. Intervals and overheads add up, and so do the ends of bands, as if all models were
  /// wrong in the same direction.
  ///
  /// - Parameter records: the records, at least one.
  /// - Returns: their sum; one that is unavailable, and says why, where they don't add up; nil for none.
  public static func sum(_ records: [EnergyRecord]) -> EnergyRecord? {
    guard let first = records.first else { return nil }
    let interval = records.reduce(Seconds.zero) { $0 + $1.interval }
    let overhead = records.reduce(Seconds.zero) { $0 + $1.overhead }
    func record(_ figure: Figure) -> EnergyRecord {
      EnergyRecord(
        figure, source: first.source, domain: first.domain, interval: interval, overhead: overhead)
    }
    let missing = records.compactMap { record -> String? in
      if case .unavailable(let reason) = record.figure { reason } else { nil }
    }
    if let reason = missing.first {
      return record(.unavailable(reason: "\(missing.count) of \(records.count): \(reason)"))
    }
    guard
      records.allSatisfy({
        $0.source == first.source && $0.domain == first.domain && $0.provenance == first.provenance
      })
    else { return record(.unavailable(reason: "the parts are known in different ways")) }
    let joules = records.compactMap(\.joules).reduce(.zero, +)
    let bands = records.compactMap(\.band)
    guard !bands.isEmpty else { return record(.measured(joules)) }
    let band = EnergyBand(
      lower: bands.map(\.lower).reduce(.zero, +), upper: bands.map(\.upper).reduce(.zero, +))
    return record(
      band.map { .modelled(joules, band: $0) } ?? .unavailable(reason: "the sum is not finite"))
  }

  /// The range that a modelled energy is said to lie in; nil for others.
  public var band: EnergyBand? {
    if case .modelled(_, let band) = figure { band } else { nil }
  }

  /// The energy of one of many equal pieces of the work.
  ///
  /// The interval and the overhead are the piece's shares.
  ///
  /// - Parameters:
  ///   - record: the energy of all.
  ///   - pieces: how many there are, above 0.
  /// - Returns: the energy of one.
  public static func / (record: EnergyRecord, pieces: Double) -> EnergyRecord {
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
