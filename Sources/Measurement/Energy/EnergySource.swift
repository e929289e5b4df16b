/// Something that tells the energy of a piece of work.
///
/// A source begins to count when it is started. What it counted until it is stopped is a total and
/// the domains that it is made of; energies of domains may contain each other, and aren't to be
/// added up.
public protocol EnergySource: Sendable {
  /// What records from this source are marked with.
  var name: String { get }

  /// Begins to count.
  ///
  /// - Returns: the count.
  func start() -> any EnergyCount
}

/// An energy that is being counted.
public protocol EnergyCount: Sendable {
  /// The longest time that may pass between readings, in nanoseconds; nil where any may.
  var longestStep: UInt64? { get }

  /// Reads in between, so that no counter starts over unseen.
  mutating func read()

  /// Reads for the last time.
  ///
  /// - Returns: the records.
  mutating func stop() -> EnergyCounts
}

/// What a source counted.
public struct EnergyCounts: Sendable {
  /// The energy of all that the source knows of.
  public let total: EnergyRecord

  /// The energy of its domains, at least one; some may be part of others.
  public let domains: [EnergyRecord]

  /// Gathers records.
  ///
  /// - Parameters:
  ///   - total: the energy of all that the source knows of.
  ///   - domains: the energy of its domains; without any, the total takes their place.
  public init(total: EnergyRecord, domains: [EnergyRecord] = []) {
    self.total = total
    self.domains = domains.isEmpty ? [total] : domains
  }
}
