/// The shape of one image, in memory order: height H, width W, channels C.
public struct ImageShape: Codable, Hashable, Sendable, CustomStringConvertible {
  /// Rows of pixels, H.
  public var height: Int
  /// Columns of pixels, W.
  public var width: Int
  /// Values per pixel, C.
  public var channels: Int

  /// Creates a shape.
  ///
  /// - Parameters:
  ///   - height: Rows of pixels, H.
  ///   - width: Columns of pixels, W.
  ///   - channels: Values per pixel, C.
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
    let range = 1...1 << 20
    return range.contains(height) && range.contains(width) && range.contains(channels)
      && count <= 1 << 30
  }

  /// The extents, as in 28×28×1.
  public var description: String { "\(height)×\(width)×\(channels)" }
}
