/// What a model costs, counted from its description.
public struct ModelCost: Codable, Hashable, Sendable {
  /// Learned parameters.
  public let parameters: Int
  /// Floating-point operations of one image's forward pass, as the published experiment counts.
  ///
  /// For each output of a dense or convolution layer: a multiplication per input, one addition
  /// less, and one for the bias. Activations, pooling and the softmax count nothing.
  public let flops: Int

  /// Counts a model.
  ///
  /// - Parameter model: The model.
  public init(of model: ModelSpec) {
    parameters = ParameterLayout(of: model).parameters.reduce(0) { $0 + $1.count }
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
    let bias = 1
    return output.count * (multiplications + additions + bias)
  }
}
