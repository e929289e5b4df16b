/// One layer of a model, as data: what it computes, not how.
///
/// Dimensions: N batch, H height, W width, C channels, I inputs, O outputs. What else is to be known
/// of each layer is in `LayerTraits`.
public enum LayerSpec: Codable, Hashable, Sendable {
  /// y = x W + b, with W [I, O] and b [O].
  case dense(inputs: Int, outputs: Int)
  /// A convolution over the positions of an image.
  case convolution(ConvolutionSpec)
  /// The mean over windows.
  case averagePool(PoolSpec)
  /// The largest number of each window.
  case maxPool(PoolSpec)
  /// The mean over all positions, channel by channel.
  case globalAveragePool
  /// max(x, 0).
  case relu
  /// min(max(x, 0), 6).
  case relu6
  /// The hyperbolic tangent.
  case tanh
  /// The Gaussian error linear unit in its form by the hyperbolic tangent, x/2 (1 + tanh u) with
  /// u = √(2/π) (x + 0.044715 x³): PyTorch's `GELU(approximate="tanh")`.
  case gelu
  /// Adds what entered the layer so many layers before this one: y = x + F(x) where F are the layers
  /// between (He, Zhang, Ren & Sun 2016, equation 1).
  case residual(layers: Int)
  /// Zeroes a unit with probability `rate` while training, and divides the others by 1 − rate.
  case dropout(rate: Double)
  /// Normalises each channel over the batch and its positions.
  case batchNorm(BatchNormSpec)
  /// Normalises groups of channels of each sample by itself, over its positions.
  case groupNorm(GroupNormSpec)

  /// The outputs or channels that a layer may have; a larger number is a damaged description.
  public static let widths = 1...1 << 20

  /// The multiplications per image, and so the weights, that a layer may have.
  public static let largestCost = 1 << 32
}

/// Windows that a pooling layer takes one number from, channel by channel.
public struct PoolSpec: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The window's extent.
  public var window: Extent
  /// Positions from one window to the next.
  public var stride: Extent

  /// Creates windows; by default, they stand side by side.
  public init(window: Extent, stride: Extent? = nil) {
    self.window = window
    self.stride = stride ?? window
  }

  /// The extents, as in `window 2×2, stride 2×2`.
  public var description: String { "window \(window), stride \(stride)" }

  /// The shape that leaves, or nil where no window fits.
  func outputShape(for input: ImageShape) -> ImageShape? {
    input.windows(of: window, stride: stride, channels: input.channels)
  }
}
