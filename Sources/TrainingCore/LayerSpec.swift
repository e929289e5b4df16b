/// One layer of a model, as data: what it computes, not how.
///
/// Dimensions: N batch, H height, W width, C channels, I inputs, O outputs.
public enum LayerSpec: Codable, Hashable, Sendable {
  /// y = x W + b, with W [I, O] and b [O].
  case dense(inputs: Int, outputs: Int)
  /// A square convolution with stride 1 and no padding, and a bias per output channel.
  case convolution(inputChannels: Int, outputChannels: Int, kernel: Int)
  /// The mean over square windows that don't overlap.
  case averagePool(window: Int)
  /// max(x, 0).
  case relu
  /// The hyperbolic tangent.
  case tanh
  /// Zeroes a unit with probability `rate` while training, and divides the others by 1 − rate.
  case dropout(rate: Double)
  /// Normalises each feature over the batch.
  case batchNorm(BatchNormSpec)

  /// The outputs or channels that a layer may have; a larger number is a damaged description.
  public static let widths = 1...1 << 20

  /// The multiplications per image, and so the weights, that a layer may have.
  public static let largestCost = 1 << 32

  /// Inputs that one output is a weighted sum of; 0 for a layer without weights.
  var inputsPerOutput: Int {
    switch self {
    case .dense(let inputs, _): inputs
    case .convolution(let inputs, _, let kernel): inputs * kernel * kernel
    case .averagePool, .relu, .tanh, .dropout, .batchNorm: 0
    }
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
    case .convolution(let inputChannels, let outputChannels, let kernel):
      guard inputChannels == input.channels, Self.widths.contains(outputChannels), kernel > 0,
        input.height >= kernel, input.width >= kernel
      else { throw .shapeMismatch(layer: self, input: input) }
      return ImageShape(
        height: input.height - kernel + 1, width: input.width - kernel + 1,
        channels: outputChannels)
    case .averagePool(let window):
      guard window > 0, input.height >= window, input.width >= window else {
        throw .shapeMismatch(layer: self, input: input)
      }
      return ImageShape(
        height: input.height / window, width: input.width / window, channels: input.channels)
    case .batchNorm(let spec):
      guard spec.features == input.channels, spec.groupSize ?? 2 > 1 else {
        throw .shapeMismatch(layer: self, input: input)
      }
      return input
    case .dropout(let rate):
      guard rate >= 0, rate < 1 else { throw .shapeMismatch(layer: self, input: input) }
      return input
    case .relu, .tanh:
      return input
    }
  }
}

/// The options of batch normalisation (Ioffe & Szegedy 2015, algorithm 1).
public struct BatchNormSpec: Codable, Hashable, Sendable {
  /// The number of features that are normalised, each by itself.
  public var features: Int
  /// Added to the variance under the root.
  public var epsilon: Double
  /// Weight of the *new* batch in the moving averages, PyTorch's sense of momentum; Keras's
  /// momentum is one minus this.
  public var momentum: Double
  /// Whether the moving variance takes the unbiased estimate, as PyTorch's does.
  ///
  /// That is the sum of squares divided by N − 1; otherwise, as in Keras, the batch's own variance,
  /// divided by N. The normalisation itself always divides by N.
  public var unbiasedMovingVariance: Bool
  /// Ghost batch normalisation (Hoffer, Hubara & Soudry 2017, section 4): statistics over groups
  /// of this many samples, or over the whole batch.
  public var groupSize: Int?

  /// Batch normalisation as PyTorch's `BatchNorm1d` defaults to it.
  ///
  /// - Parameters:
  ///   - features: The number of features.
  ///   - groupSize: Samples per ghost group, or nil for the whole batch.
  /// - Returns: ε 1e-5, 0.1 of the new batch, unbiased moving variance.
  public static func pytorch(features: Int, groupSize: Int? = nil) -> BatchNormSpec {
    BatchNormSpec(
      features: features, epsilon: 1e-5, momentum: 0.1, unbiasedMovingVariance: true,
      groupSize: groupSize)
  }

  /// Batch normalisation as Keras's `BatchNormalization` defaults to it.
  ///
  /// - Parameters:
  ///   - features: The number of features.
  ///   - momentum: Keras's momentum, the weight of the *old* average.
  ///   - groupSize: Samples per ghost group, or nil for the whole batch.
  /// - Returns: ε 1e-3, 1 − momentum of the new batch, moving variance divided by N.
  public static func keras(
    features: Int, momentum: Double = 0.99, groupSize: Int? = nil
  ) -> BatchNormSpec {
    BatchNormSpec(
      features: features, epsilon: 1e-3, momentum: 1 - momentum, unbiasedMovingVariance: false,
      groupSize: groupSize)
  }
}
