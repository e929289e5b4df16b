/// Measures energy with the best source that there is.
///
/// All sources count side by side. The total is that of the first one that has a figure, so a
/// counter that fails midway leaves a modelled total, and its own records say what happened.
public struct EnergyMeter: Sendable {
  /// The sources, best first.
  public let sources: [any EnergySource]

  /// Makes a meter.
  ///
  /// - Parameter sources: the sources, best first.
  public init(sources: [any EnergySource]) {
    self.sources = sources
  }

  /// Makes a meter of the system's counters, and of a model for where they fail.
  ///
  /// - Parameters:
  ///   - powercapRoot: the folder that has Linux's powercap tree.
  ///   - model: the model.
  public init(powercapRoot: String = PowercapTree.systemRoot, model: EnergyModel = .assumed) {
    #if os(macOS)
      sources = [ProcessEnergySource(), ModelSource(model)]
    #else
      sources = [PowercapSource(PowercapTree(root: powercapRoot)), ModelSource(model)]
    #endif
  }

  /// Begins to measure.
  ///
  /// - Returns: the measurement.
  public func start() -> EnergyMeasurement {
    EnergyMeasurement(of: sources)
  }

  /// Measures a piece of work.
  ///
  /// - Parameter body: the work.
  /// - Returns: the work's result, and its energy.
  /// - Throws: what the work throws.
  public func measure<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> (result: Result, energy: EnergyReport) {
    let measurement = start()
    let result = try body()
    return (result, measurement.stop())
  }
}

/// What a meter found.
///
/// Energies are as they were counted: what the machine draws when idle, or for others, is part of
/// its counters and not subtracted. The overhead is the time that reading took; the energy of the
/// reading lies outside of the interval or, for readings in between, is part of the figure.
public struct EnergyReport: Codable, Hashable, Sendable {
  /// The energy of the work, by the best source.
  public let total: EnergyRecord

  /// The energy of each domain of each source, best source first.
  ///
  /// Some domains are part of others, and different sources count the same energy: they aren't to
  /// be added up.
  public let domains: [EnergyRecord]

  /// Gathers records.
  ///
  /// - Parameters:
  ///   - total: the energy of the work, by the best source.
  ///   - domains: the energy of each domain of each source.
  public init(total: EnergyRecord, domains: [EnergyRecord]) {
    self.total = total
    self.domains = domains
  }
}
