/// The range that a modelled energy is said to lie in.
///
/// It is an assumption about the model, not a confidence interval: nothing was sampled.
public struct EnergyBand: Codable, Hashable, Sendable {
  /// The least energy, at least 0 J.
  public let lower: Joules

  /// The largest energy, not less than the least and finite.
  public let upper: Joules

  /// Makes a band.
  ///
  /// There is none below 0 J, upside down, or where an end is not finite.
  ///
  /// - Parameters:
  ///   - lower: the least energy.
  ///   - upper: the largest energy.
  public init?(lower: Joules, upper: Joules) {
    guard lower.value >= 0, upper.value.isFinite, lower <= upper else { return nil }
    self.lower = lower
    self.upper = upper
  }

  /// Makes the band of an energy and a share of it to both sides.
  ///
  /// There is none for an energy that is negative or not finite, or a share out of range.
  ///
  /// - Parameters:
  ///   - energy: the energy in the middle.
  ///   - share: how much of it the band extends to either side, 0 to 1; 0.4 for ±40 %.
  public init?(around energy: Joules, share: Double) {
    guard share >= 0, share <= 1 else { return nil }
    self.init(lower: energy * (1 - share), upper: energy * (1 + share))
  }

  /// Whether an energy is in the band, ends included.
  ///
  /// - Parameter energy: the energy.
  /// - Returns: whether it is there.
  public func contains(_ energy: Joules) -> Bool { lower <= energy && energy <= upper }

  private enum Key: CodingKey {
    case lower, upper
  }

  /// Reads both ends.
  ///
  /// - Parameter decoder: where they are.
  /// - Throws: what the decoder throws when an end is missing, or both make no band.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let lower = try container.decode(Joules.self, forKey: .lower)
    let upper = try container.decode(Joules.self, forKey: .upper)
    guard let band = EnergyBand(lower: lower, upper: upper) else {
      throw DecodingError.dataCorruptedError(
        forKey: .upper, in: container, debugDescription: "\(lower) to \(upper) is no band")
    }
    self = band
  }
}

extension EnergyBand: CustomStringConvertible {
  /// Both ends, such as `228 µJ to 533 µJ`.
  public var description: String { "\(lower) to \(upper)" }
}
