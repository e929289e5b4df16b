/// A sum of losses that doesn't depend on their order or grouping.
///
/// Each loss is rounded once to a multiple of 2⁻⁶⁴ and added in 128-bit integers, which associate.
/// A `Float` of 2⁻⁴¹ or more is such a multiple already, so nothing is lost for it; a smaller one
/// is off by at most 2⁻⁶⁵. The mean is divided out once, at the end. A loss that is not a number
/// or beyond 2⁶² can't be added; it is counted, and the sum is then not a number. Nor is a sum of
/// 2⁶³ or more, but it comes back if losses of the other sign follow.
public struct ExactSum: Codable, Hashable, Sendable {
  private var units: Int128 = 0
  private var wraps = 0
  /// How many losses were added.
  public private(set) var count = 0
  private var unsummable = 0

  /// Creates an empty sum.
  public init() {}

  /// Reads a sum; counts that no run reaches are a decoding error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    units = try container.decode(Int128.self, forKey: .units)
    wraps = try container.decode(Int.self, forKey: .wraps)
    count = try container.decodeCount(forKey: .count, upTo: Self.largestCount)
    unsummable = try container.decodeCount(forKey: .unsummable, upTo: count)
    guard wraps.magnitude <= count.magnitude else {
      throw DecodingError.dataCorruptedError(
        forKey: .wraps, in: container, debugDescription: "\(count) losses can't wrap so often")
    }
  }

  private static let largestCount = 1 << 48

  /// Adds the loss of one sample.
  public mutating func add(_ loss: Double) {
    count += 1
    guard loss.magnitude <= 0x1p62 else {
      unsummable += 1
      return
    }
    addUnits(Int128((loss * 0x1p64).rounded(.toNearestOrEven)))
  }

  /// Adds the losses of another sum, of other samples.
  public mutating func add(_ other: ExactSum) {
    addUnits(other.units)
    wraps += other.wraps
    count += other.count
    unsummable += other.unsummable
  }

  /// The sum, rounded once.
  public var value: Double {
    unsummable > 0 || wraps != 0 ? .nan : Double(units) * 0x1p-64
  }

  /// The mean per sample, the sum divided once; not a number where nothing was added.
  public var mean: Double { value / Double(count) }

  /// Counts how often the units wrap around, and in which direction, so that even a sum that
  /// overflows on its way doesn't depend on the way.
  private mutating func addUnits(_ more: Int128) {
    let (sum, overflow) = units.addingReportingOverflow(more)
    units = sum
    if overflow { wraps += more > 0 ? 1 : -1 }
  }
}

extension KeyedDecodingContainer {
  /// Reads a count from 0 to `limit`, and refuses any other before arithmetic overflows on it.
  func decodeCount(forKey key: Key, upTo limit: Int) throws -> Int {
    let count = try decode(Int.self, forKey: key)
    guard (0...limit).contains(count) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "\(count) is not from 0 to \(limit)")
    }
    return count
  }
}
