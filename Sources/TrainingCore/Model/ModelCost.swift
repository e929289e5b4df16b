/// What a model costs, counted from its description.
public struct ModelCost: Codable, Hashable, Sendable {
  /// Learned parameters.
  public let parameters: Int
  /// Moving averages, which Keras counts among the parameters and PyTorch doesn't.
  public let statistics: Int
  /// Floating-point operations of one image's forward pass, as the published experiment counts.
  ///
  /// For each output of a dense or convolution layer: a multiplication per input, one addition
  /// less, and one for the bias where there is one. Activations, pooling and softmax count nothing.
  public let flops: Int

  /// Counts a model's parameters and operations.
  public init(of model: ModelSpec) {
    let layers = Self.layers(of: model)
    parameters = layers.reduce(0) { $0 + $1.parameters }
    statistics = layers.reduce(0) { $0 + $1.statistics }
    flops = layers.reduce(0) { $0 + $1.flops }
  }

  /// The published count for one layer with this output: operations per image.
  package static func flops(of layer: LayerSpec, output: ImageShape) -> Int {
    let traits = layer.traits
    let multiplications = traits.inputsPerOutput
    guard multiplications > 0 else { return 0 }
    let additions = multiplications - 1
    let bias = traits.tensors().contains { $0.role == .bias } ? 1 : 0
    return output.count * (multiplications + additions + bias)
  }

  /// What each layer costs, in the model's order; the sums are the model's cost.
  package static func layers(of model: ModelSpec) -> [LayerCost] {
    let layout = ParameterLayout(of: model)
    let shapes = (try? model.shapes()) ?? []
    return zip(model.layers, shapes.dropFirst()).enumerated().map { index, pair in
      let (layer, output) = pair
      let own = layout.parameters.filter { $0.layer == index }
      // A tensor's name is its module's, followed by its own after the last dot.
      let module = own.first.flatMap { tensor in
        tensor.name.lastIndex(of: ".").map { String(tensor.name[..<$0]) }
      }
      return LayerCost(
        name: module ?? layer.traits.name, output: output,
        parameters: own.reduce(0) { $0 + $1.count },
        statistics: layout.statistics.filter { $0.layer == index }.reduce(0) { $0 + $1.count },
        flops: flops(of: layer, output: output),
        multiplyAccumulates: layer.multiplications(output: output))
    }
  }

  /// Bytes of the parameters and moving averages in memory, four each.
  public var bytesInMemory: Int { 4 * (parameters + statistics) }
}

/// What one layer of a model costs.
public struct LayerCost: Codable, Hashable, Sendable {
  /// What files call the layer, such as `fc1`; its kind where it has no tensors.
  public let name: String
  /// The shape of what leaves it.
  public let output: ImageShape
  /// Learned parameters.
  public let parameters: Int
  /// Moving averages.
  public let statistics: Int
  /// Floating-point operations an image, as the published experiment counts.
  public let flops: Int
  /// Multiply-accumulate operations an image.
  public let multiplyAccumulates: Int
}
