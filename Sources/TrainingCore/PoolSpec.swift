/// Windows that a pooling layer takes one number from, channel by channel.
public struct PoolSpec: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The window's extent.
  public var window: Extent
  /// Positions from one window to the next.
  public var stride: Extent

  /// Creates windows.
  ///
  /// - Parameters:
  ///   - window: The window's extent.
  ///   - stride: Positions from one window to the next, by default the window's extent.
  public init(window: Extent, stride: Extent? = nil) {
    self.window = window
    self.stride = stride ?? window
  }

  /// The extents, as in `window 2×2, stride 2×2`.
  public var description: String { "window \(window), stride \(stride)" }

  /// The shape that leaves, or nil where no window fits.
  func outputShape(for input: ImageShape) -> ImageShape? {
    guard window.isIn(LayerSpec.widths), stride.isIn(LayerSpec.widths),
      input.height >= window.height, input.width >= window.width
    else { return nil }
    return ImageShape(
      height: (input.height - window.height) / stride.height + 1,
      width: (input.width - window.width) / stride.width + 1, channels: input.channels)
  }
}
