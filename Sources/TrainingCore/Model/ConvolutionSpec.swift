/// A convolution: each output channel is a weighted sum over a window of its group's channels.
///
/// With N samples, H × W positions, and weights W [KH, KW, I, O]:
///
///     y[n, r, c, o] = b[o] + Σ x[n, r·s + kr − p, c·s + kc − p, i] W[kr, kc, i, o]
///
/// over kernel rows kr, kernel columns kc and input channels i of o's group. Outside of the image x
/// is 0. With as many groups as channels it is depthwise, with a kernel of 1 pointwise.
public struct ConvolutionSpec: Codable, Hashable, Sendable, CustomStringConvertible {
  /// Channels that enter, C.
  public var inputChannels: Int
  /// Channels that leave, O.
  public var outputChannels: Int
  /// The window's extent, K.
  public var kernel: Extent
  /// Positions from one window to the next, s.
  public var stride: Extent
  /// Rows and columns of zeros on either side of the image, p; fewer than the kernel's.
  public var padding: Extent
  /// Groups that input and output channels are divided into, neighbours together.
  public var groups: Int
  /// Whether a bias is added to each output channel.
  public var hasBias: Bool

  /// Creates a convolution; `ModelSpec` checks that it fits its input.
  public init(
    inputChannels: Int, outputChannels: Int, kernel: Extent, stride: Extent = 1,
    padding: Extent = 0, groups: Int = 1, hasBias: Bool = true
  ) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.hasBias = hasBias
  }

  /// The extents, as in `3→32 channels, kernel 3×3, stride 2×2, padding 1×1`.
  public var description: String {
    "\(inputChannels)→\(outputChannels) channels, kernel \(kernel), stride \(stride), padding "
      + "\(padding)" + (groups == 1 ? "" : ", \(groups) groups") + (hasBias ? "" : ", no bias")
  }

  /// Input channels of one group: those that an output channel sees, I.
  public var inputsPerGroup: Int { inputChannels / groups }

  /// Output channels of one group.
  public var outputsPerGroup: Int { outputChannels / groups }

  /// Inputs of one output: kernel rows × kernel columns × channels of the group.
  var fanIn: Int { kernel.count * inputsPerGroup }

  /// The shape that leaves, or nil where the description or the input makes no convolution.
  func outputShape(for input: ImageShape) -> ImageShape? {
    guard inputChannels == input.channels, LayerSpec.widths.contains(outputChannels),
      groups > 0, inputChannels.isMultiple(of: groups), outputChannels.isMultiple(of: groups),
      padding.isIn(0...LayerSpec.widths.upperBound),
      padding.height < kernel.height, padding.width < kernel.width
    else { return nil }
    return input.windows(
      of: kernel, stride: stride, padding: padding, channels: outputChannels)
  }
}
