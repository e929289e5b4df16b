/// What can be said of one energy beside another.
public enum EnergyComparison: Hashable, Sendable {
  /// It is less, whatever is true within both bands.
  case less
  /// It is more, whatever is true within both bands.
  case more
  /// The bands have figures in common, so no ranking is claimed.
  case indistinguishable
  /// The two aren't energies of the same.
  case incomparable(reason: String)
}

extension EnergyRecord {
  /// Compares with another record of the same domain.
  ///
  /// A measured energy is a band without width: it says what was drawn that once, and nothing about
  /// how it varies. For that, measure many times and compare intervals.
  ///
  /// - Parameter other: the other record.
  /// - Returns: what can be said of this one.
  public func compared(to other: EnergyRecord) -> EnergyComparison {
    guard domain == other.domain else {
      return .incomparable(reason: "one is of \(domain), the other of \(other.domain)")
    }
    guard let (lower, upper) = ends, let (otherLower, otherUpper) = other.ends else {
      return .incomparable(reason: "a figure is unavailable")
    }
    if upper < otherLower { return .less }
    if lower > otherUpper { return .more }
    return .indistinguishable
  }

  private var ends: (Joules, Joules)? {
    switch figure {
    case .measured(let joules): (joules, joules)
    case .modelled(_, let band): (band.lower, band.upper)
    case .unavailable: nil
    }
  }
}

extension EnergyComparison: CustomStringConvertible {
  /// The finding in words.
  public var description: String {
    switch self {
    case .less: "less"
    case .more: "more"
    case .indistinguishable: "indistinguishable"
    case .incomparable(let reason): "incomparable: \(reason)"
    }
  }
}
