/// A sum of losses that doesn't depend on their order or grouping.
///
/// Each loss is rounded once to a multiple of 2⁻⁶⁴ and added in 128-bit integers, which associate.
/// A `Float` of 2⁻⁴¹ or more is such a multiple already, so nothing is lost for it; a smaller one
/// is off by at most 2⁻⁶⁵. The mean is divided out once, at the end. A loss that is not a number
/// can't be added, nor one that takes the sum beyond 2⁶²; it is counted, and the mean is then not
/// a number.
public struct ExactSum: Codable, Hashable, Sendable {
  private var units: Int128 = 0
  /// How many losses were added.
  public private(set) var count = 0
  private var unsummable = 0

  /// Creates an empty sum.
  public init() {}

  /// Adds a loss.
  ///
  /// - Parameter loss: The loss of one sample.
  public mutating func add(_ loss: Double) {
    count += 1
    guard loss.magnitude <= 0x1p62 else {
      unsummable += 1
      return
    }
    addUnits(Int128((loss * 0x1p64).rounded(.toNearestOrEven)))
  }

  /// Adds the losses of another sum.
  ///
  /// - Parameter other: A sum of other samples.
  public mutating func add(_ other: ExactSum) {
    addUnits(other.units)
    count += other.count
    unsummable += other.unsummable
  }

  /// The sum, rounded once.
  public var value: Double {
    unsummable > 0 ? .nan : Double(units) * 0x1p-64
  }

  /// The mean per sample, the sum divided once; not a number where nothing was added.
  public var mean: Double { value / Double(count) }

  private mutating func addUnits(_ more: Int128) {
    let (sum, overflow) = units.addingReportingOverflow(more)
    if overflow { unsummable += 1 } else { units = sum }
  }
}
