/// One layer of a model, as data: what it computes, not how.
///
/// Dimensions: N batch, H height, W width, C channels, I inputs, O outputs.
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
  /// Adds what entered the layer so many layers before this one: y = x + F(x) where F are the layers
  /// between (He, Zhang, Ren & Sun 2016, equation 1).
  case residual(layers: Int)
  /// Zeroes a unit with probability `rate` while training, and divides the others by 1 − rate.
  case dropout(rate: Double)
  /// Normalises each channel over the batch and its positions.
  case batchNorm(BatchNormSpec)

  /// The outputs or channels that a layer may have; a larger number is a damaged description.
  public static let widths = 1...1 << 20

  /// The multiplications per image, and so the weights, that a layer may have.
  public static let largestCost = 1 << 32

  /// Inputs that one output is a weighted sum of; 0 for a layer without weights.
  var inputsPerOutput: Int {
    switch self {
    case .dense(let inputs, _): inputs
    case .convolution(let spec): spec.fanIn
    case .averagePool, .maxPool, .globalAveragePool, .relu, .relu6, .tanh, .residual, .dropout,
      .batchNorm:
      0
    }
  }

  /// The multiplications of a forward pass, for one image.
  ///
  /// - Parameter output: The shape of what leaves the layer.
  /// - Returns: An output's inputs, times the outputs.
  public func multiplications(output: ImageShape) -> Int { inputsPerOutput * output.count }

  /// The options of a layer that normalises by its batch in training, and so lets samples see each
  /// other; nil of every other layer.
  public var batchStatistics: BatchNormSpec? {
    guard case .batchNorm(let spec) = self, spec.statistics == .batch else { return nil }
    return spec
  }

  /// What one image's shape becomes.
  ///
  /// - Parameter input: The shape that enters.
  /// - Returns: The shape that leaves.
  /// - Throws: `ModelError.shapeMismatch` if the layer can't take that shape.
  public func outputShape(for input: ImageShape) throws(ModelError) -> ImageShape {
    switch self {
    case .dense(let inputs, let outputs):
      guard inputs == input.count, Self.widths.contains(outputs) else {
        throw .shapeMismatch(layer: self, input: input)
      }
      return ImageShape(height: 1, width: 1, channels: outputs)
    case .convolution(let spec):
      guard let output = spec.outputShape(for: input) else {
        throw .shapeMismatch(layer: self, input: input)
      }
      return output
    case .averagePool(let spec), .maxPool(let spec):
      guard let output = spec.outputShape(for: input) else {
        throw .shapeMismatch(layer: self, input: input)
      }
      return output
    case .globalAveragePool:
      return ImageShape(height: 1, width: 1, channels: input.channels)
    case .batchNorm(let spec):
      guard spec.features == input.channels, spec.groupSize ?? 2 > 1 else {
        throw .shapeMismatch(layer: self, input: input)
      }
      return input
    case .dropout(let rate):
      guard rate >= 0, rate < 1 else { throw .shapeMismatch(layer: self, input: input) }
      return input
    case .relu, .relu6, .tanh, .residual:
      return input
    }
  }
}
