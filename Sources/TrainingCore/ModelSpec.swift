/// A model as data: the images that it takes and its layers in order.
///
/// The loss is always softmax cross-entropy over the last layer's outputs.
public struct ModelSpec: Codable, Hashable, Sendable {
  /// The name that the command line knows it by.
  public let name: String
  /// The shape of the images that enter the first layer.
  public let input: ImageShape
  /// Whether larger images are cut down to `input`, their middle kept.
  public let cropsToInput: Bool
  /// The layers in order.
  public let layers: [LayerSpec]

  /// Creates a model after checking that each layer fits the one before.
  ///
  /// - Parameters:
  ///   - name: The model's name.
  ///   - input: The shape of the images that enter.
  ///   - cropsToInput: Whether larger images are cut down to `input`.
  ///   - layers: The layers in order.
  /// - Throws: `ModelError.impossibleInput`, `ModelError.shapeMismatch` or `ModelError.tooLarge`.
  public init(
    name: String, input: ImageShape, cropsToInput: Bool = false, layers: [LayerSpec]
  ) throws(ModelError) {
    self.name = name
    self.input = input
    self.cropsToInput = cropsToInput
    self.layers = layers
    _ = try shapes()
  }

  /// Reads a model and checks it as `init(name:input:cropsToInput:layers:)` does.
  ///
  /// - Parameter decoder: The decoder to read from.
  /// - Throws: A decoding error, or what that initializer throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: container.decode(String.self, forKey: .name),
      input: container.decode(ImageShape.self, forKey: .input),
      cropsToInput: container.decode(Bool.self, forKey: .cropsToInput),
      layers: container.decode([LayerSpec].self, forKey: .layers))
  }

  /// The shape of one image before each layer, and behind the last.
  ///
  /// - Returns: One more shape than there are layers.
  /// - Throws: `ModelError.impossibleInput`, `ModelError.shapeMismatch` or `ModelError.tooLarge`.
  public func shapes() throws(ModelError) -> [ImageShape] {
    guard input.isPlausible else { throw .impossibleInput(model: name, input) }
    var shapes = [input]
    var shape = input
    for layer in layers {
      let output = try layer.outputShape(for: shape)
      guard output.isPlausible, layer.inputsPerOutput * output.count <= LayerSpec.largestCost else {
        throw .tooLarge(layer: layer, input: shape)
      }
      shape = output
      shapes.append(shape)
    }
    return shapes
  }

  /// The number of outputs of the last dense layer, one for each class.
  public var outputCount: Int {
    for layer in layers.reversed() {
      if case .dense(_, let outputs) = layer { return outputs }
    }
    return input.count
  }

  /// The examples as this model takes them.
  ///
  /// - Parameter examples: Images of the data set.
  /// - Returns: The same, cut to the model's input where the model does that.
  /// - Throws: `ModelError.wrongImages` or `ModelError.wrongClasses` if they don't fit.
  public func fitting(_ examples: Examples) throws(ModelError) -> Examples {
    guard outputCount >= examples.classCount else {
      throw .wrongClasses(model: name, outputs: outputCount, classes: examples.classCount)
    }
    if examples.shape == input { return examples }
    let found = examples.shape
    if cropsToInput, found.channels == input.channels, found.height >= input.height,
      found.width >= input.width
    {
      return examples.centerCropped(height: input.height, width: input.width)
    }
    if input.height == 1, input.width == 1, input.channels == found.count { return examples }
    throw .wrongImages(model: name, expected: input, found: found)
  }
}
