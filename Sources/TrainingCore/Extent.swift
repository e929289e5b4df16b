/// An extent in each direction of an image: of a kernel, of a stride, of a margin.
public struct Extent: Codable, Hashable, Sendable, ExpressibleByIntegerLiteral,
  CustomStringConvertible
{
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// Creates an extent.
  ///
  /// - Parameters:
  ///   - height: Rows.
  ///   - width: Columns.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Creates an extent that is the same in both directions.
  ///
  /// - Parameter value: Rows and columns.
  public init(integerLiteral value: Int) { self.init(height: value, width: value) }

  /// Creates an extent that is the same in both directions.
  ///
  /// - Parameter value: Rows and columns.
  public init(_ value: Int) { self.init(height: value, width: value) }

  /// Rows × columns.
  public var count: Int { height * width }

  /// The extents, as in 3×3.
  public var description: String { "\(height)×\(width)" }

  /// Whether both directions are in a range.
  func isIn(_ range: some RangeExpression<Int>) -> Bool {
    range.contains(height) && range.contains(width)
  }
}
