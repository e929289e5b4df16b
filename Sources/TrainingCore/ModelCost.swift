/// What a model costs, counted from its description.
public struct ModelCost: Codable, Hashable, Sendable {
  /// Learned parameters.
  public let parameters: Int
  /// Moving averages, which Keras counts among the parameters and PyTorch doesn't.
  public let statistics: Int
  /// Floating-point operations of one image's forward pass, as the published experiment counts.
  ///
  /// For each output of a dense or convolution layer: a multiplication per input, one addition
  /// less, and one for the bias where there is one. Activations, pooling and the softmax count nothing.
  public let flops: Int

  /// Counts a model.
  ///
  /// - Parameter model: The model.
  public init(of model: ModelSpec) {
    let layout = ParameterLayout(of: model)
    parameters = layout.parameters.reduce(0) { $0 + $1.count }
    statistics = layout.statistics.reduce(0) { $0 + $1.count }
    let shapes = (try? model.shapes()) ?? []
    flops = zip(model.layers, shapes.dropFirst()).reduce(0) { total, pair in
      total + Self.flops(of: pair.0, output: pair.1)
    }
  }

  /// The published count for one layer.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - output: The shape of what leaves it.
  /// - Returns: Operations per image.
  public static func flops(of layer: LayerSpec, output: ImageShape) -> Int {
    let inputsPerOutput = layer.inputsPerOutput
    guard inputsPerOutput > 0 else { return 0 }
    let multiplications = inputsPerOutput
    let additions = inputsPerOutput - 1
    var bias = 1
    if case .convolution(let spec) = layer, !spec.hasBias { bias = 0 }
    return output.count * (multiplications + additions + bias)
  }
}
