/// The shape of one image, in memory order: height H, width W, channels C.
public struct ImageShape: Codable, Hashable, Sendable, CustomStringConvertible {
  /// Rows of pixels, H.
  public var height: Int
  /// Columns of pixels, W.
  public var width: Int
  /// Values per pixel, C.
  public var channels: Int

  /// Creates the shape of an image of H × W pixels with C channels each.
  public init(height: Int, width: Int, channels: Int = 1) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Values per image, H × W × C.
  public var count: Int { height * width * channels }

  /// Pixels, H × W.
  public var positions: Int { height * width }

  /// Whether every extent is from 1 to 2²⁰, and their product no more than 2³⁰.
  public var isPlausible: Bool {
    [height, width, channels].allSatisfy(LayerSpec.widths.contains) && count <= 1 << 30
  }

  /// The positions of windows over the image, with zeros around it, and the channels that come of
  /// them; nil where no window fits or an extent is absurd.
  func windows(
    of window: Extent, stride: Extent, padding: Extent = 0, channels: Int
  ) -> ImageShape? {
    let (rows, columns) = (height + 2 * padding.height, width + 2 * padding.width)
    guard window.isIn(LayerSpec.widths), stride.isIn(LayerSpec.widths), rows >= window.height,
      columns >= window.width
    else { return nil }
    return ImageShape(
      height: (rows - window.height) / stride.height + 1,
      width: (columns - window.width) / stride.width + 1, channels: channels)
  }

  /// The extents, as in 28×28×1.
  public var description: String { "\(height)×\(width)×\(channels)" }
}

/// An extent in each direction of an image: of a kernel, of a stride, of a margin.
public struct Extent: Codable, Hashable, Sendable, ExpressibleByIntegerLiteral,
  CustomStringConvertible
{
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// Creates an extent of so many rows and columns.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Creates an extent that is the same in both directions.
  public init(integerLiteral value: Int) { self.init(height: value, width: value) }

  /// Creates an extent that is the same in both directions.
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
