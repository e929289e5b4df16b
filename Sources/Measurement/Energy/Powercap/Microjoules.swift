/// A whole number of microjoules, as energy counters count: sums of them don't round.
public struct Microjoules: Codable, Hashable, Comparable, Sendable {
  /// The number of microjoules.
  public let count: UInt64

  /// Makes an energy.
  ///
  /// - Parameter count: the number of microjoules.
  public init(_ count: UInt64) { self.count = count }

  /// The energy of nothing.
  public static let zero = Microjoules(0)

  /// The energy in joules, with one rounding beyond 2⁵³ µJ and one for the division.
  public var joules: Joules { Joules(Double(count) / 1e6) }

  /// The sum of two energies.
  ///
  /// - Parameter other: the other one.
  /// - Returns: the sum, or nil where it has no place in 64 bits.
  public func adding(_ other: Microjoules) -> Microjoules? {
    let (sum, isTooLarge) = count.addingReportingOverflow(other.count)
    return isTooLarge ? nil : Microjoules(sum)
  }

  /// Orders by size.
  ///
  /// - Parameters:
  ///   - left: an energy.
  ///   - right: another one.
  /// - Returns: whether the first is the smaller one.
  public static func < (left: Microjoules, right: Microjoules) -> Bool {
    left.count < right.count
  }

  /// The most that a power can have spent in a time, rounded up and held to 64 bits.
  ///
  /// - Parameters:
  ///   - microwatts: the power, in microwatts.
  ///   - nanoseconds: the time, in nanoseconds.
  /// - Returns: the energy.
  static func most(microwatts: UInt64, nanoseconds: UInt64) -> Microjoules {
    // 1 µW · 1 ns = 10⁻⁹ µJ
    let product = UInt128(microwatts) * UInt128(nanoseconds)
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 1_000_000_000)
    return Microjoules(UInt64(clamping: quotient + (remainder > 0 ? 1 : 0)))
  }
}

extension Microjoules: CustomStringConvertible {
  /// The energy to three digits, in the prefix that fits.
  public var description: String { joules.description }
}
