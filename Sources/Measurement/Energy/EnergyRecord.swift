/// An energy with how it is known: no figure without its provenance.
///
/// The kind of figure is a case that carries what the kind needs, so there is no record that
/// doesn't say where it comes from, no modelled one without its band, and no unavailable one with
/// joules. In JSON, a record is one object:
///
/// - `provenance`: `measured`, `modelled` or `unavailable`; never absent.
/// - `joules`: the energy in joules, at least 0; absent where unavailable.
/// - `band`: `lower` and `upper` in joules, which hold `joules`; only where modelled.
/// - `reason`: why there is no figure, in one line; only where unavailable.
/// - `source`: what it was read from or computed with, such as `powercap`, or a model's name.
/// - `domain`: what drew the energy, such as `package-0`; parts that were added are joined by ` + `.
/// - `interval`: how long the energy was counted, in seconds.
/// - `overhead`: how long reading the source took during that, in seconds.
///
/// What a machine draws when idle is part of its counters and is not subtracted anywhere.
public struct EnergyRecord: Hashable, Sendable {
  /// An energy, and what goes with its kind.
  public enum Figure: Hashable, Sendable {
    /// Read from a counter.
    case measured(Joules)
    /// Computed with a model from something else.
    case modelled(Joules, band: EnergyBand)
    /// Not there.
    case unavailable(reason: String)
  }

  /// How a figure is known.
  public enum Provenance: String, Codable, Hashable, Sendable {
    /// Read from a counter.
    case measured
    /// Computed with a model from something else.
    case modelled
    /// Not there.
    case unavailable
  }

  /// The energy, and what goes with its kind.
  public let figure: Figure

  /// What the energy was read from or computed with.
  public let source: String

  /// What drew the energy.
  public let domain: String

  /// How long the energy was counted.
  public let interval: Seconds

  /// How long reading the source took.
  public let overhead: Seconds

  /// Makes a record.
  ///
  /// A figure that can be no energy makes an unavailable record that says so: one that is negative
  /// or not finite, or that lies outside of its band.
  ///
  /// - Parameters:
  ///   - figure: the energy, and what goes with its kind.
  ///   - source: what it was read from or computed with.
  ///   - domain: what drew the energy.
  ///   - interval: how long the energy was counted.
  ///   - overhead: how long reading the source took.
  public init(
    _ figure: Figure, source: String, domain: String, interval: Seconds, overhead: Seconds
  ) {
    self.figure = figure.complaint.map { .unavailable(reason: $0) } ?? figure
    self.source = source
    self.domain = domain
    self.interval = interval
    self.overhead = overhead
  }

  /// How the figure is known.
  public var provenance: Provenance {
    switch figure {
    case .measured: .measured
    case .modelled: .modelled
    case .unavailable: .unavailable
    }
  }

  /// The energy; nil where there is none, never zero instead.
  public var joules: Joules? {
    switch figure {
    case .measured(let joules), .modelled(let joules, _): joules
    case .unavailable: nil
    }
  }

  /// The energy as a figure of any kind; a modelled one is named after the record's source.
  public var estimate: Estimate<Joules> {
    switch figure {
    case .measured(let joules): .measured(joules)
    case .modelled(let joules, _): .modelled(joules, model: source)
    case .unavailable(let reason): .unavailable(reason: reason)
    }
  }

  /// The mean power over the interval; nil where there is no energy or no time.
  public var meanPower: Watts? {
    interval > .zero ? joules.map { $0 / interval } : nil
  }
}

extension EnergyRecord.Figure {
  /// Why this can be no energy; nil where it can.
  var complaint: String? {
    switch self {
    case .measured(let joules):
      Self.complaint(about: joules)
    case .modelled(let joules, let band):
      Self.complaint(about: joules)
        ?? (band.contains(joules) ? nil : "\(joules) is outside of its band, \(band)")
    case .unavailable: nil
    }
  }

  private static func complaint(about joules: Joules) -> String? {
    joules.value >= 0 && joules.value.isFinite ? nil : "\(joules) can be no energy"
  }
}

extension EnergyRecord: CustomStringConvertible {
  /// The domain, the figure and how it is known.
  public var description: String {
    switch figure {
    case .measured(let joules): "\(domain): \(joules) (measured: \(source))"
    case .modelled(let joules, let band): "\(domain): \(joules), \(band) (modelled: \(source))"
    case .unavailable(let reason): "\(domain): unavailable (\(source): \(reason))"
    }
  }
}
