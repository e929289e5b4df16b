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

extension ModelCost {
  /// What each layer costs, in the model's order.
  ///
  /// - Parameter model: The model.
  /// - Returns: One entry a layer; their sums are the model's cost.
  public static func layers(of model: ModelSpec) -> [LayerCost] {
    let layout = ParameterLayout(of: model)
    let shapes = (try? model.shapes()) ?? []
    return zip(model.layers, shapes.dropFirst()).enumerated().map { index, pair in
      let (layer, output) = pair
      let own = layout.parameters.filter { $0.layer == index }
      // A tensor's name is its module's, and its own behind the last dot.
      let module = own.first.flatMap { tensor in
        tensor.name.lastIndex(of: ".").map { String(tensor.name[..<$0]) }
      }
      return LayerCost(
        name: module ?? layer.kind, output: output,
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
  /// Multiplications an image, each with the addition that takes it up.
  public let multiplyAccumulates: Int
}

extension LayerSpec {
  /// The kind of layer, in words.
  var kind: String {
    switch self {
    case .dense: "dense"
    case .convolution: "convolution"
    case .averagePool: "average pool"
    case .maxPool: "max pool"
    case .globalAveragePool: "global average pool"
    case .relu: "ReLU"
    case .relu6: "ReLU6"
    case .tanh: "tanh"
    case .residual: "residual"
    case .dropout: "dropout"
    case .batchNorm: "batch normalisation"
    }
  }
}
