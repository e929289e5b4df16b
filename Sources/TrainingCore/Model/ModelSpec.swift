/// A model as data: the images that it takes and its layers in order.
///
/// The last layer's outputs are what the loss takes, its logits.
public struct ModelSpec: Codable, Hashable, Sendable {
  /// The name that the command line knows it by.
  public let name: String
  /// The shape of the images that enter the first layer.
  public let input: ImageShape
  /// Whether larger images are cropped to `input`, their middle kept.
  public let cropsToInput: Bool
  /// The layers in order.
  public let layers: [LayerSpec]
  /// The loss, which compares the outputs with the labels.
  public let loss: LossSpec
  /// Label smoothing and class weights of softmax cross-entropy; nil where all counts the same.
  public let crossEntropy: CrossEntropySpec?
  /// How many of the first layers are frozen: they run in training mode, but keep their weights and
  /// the optimizer's slots.
  public let frozenLayers: Int
  /// What files call each layer, such as `features.0.0`; empty where layers are numbered by kind.
  public let moduleNames: [String]
  /// The shape of what leaves the last layer.
  public private(set) var output: ImageShape

  private enum CodingKeys: CodingKey {
    case name, input, cropsToInput, layers, loss, crossEntropy, frozenLayers, moduleNames
  }

  /// Creates a model after checking that each layer fits the one before.
  public init(
    name: String, input: ImageShape, cropsToInput: Bool = false, layers: [LayerSpec],
    loss: LossSpec = .softmaxCrossEntropy, frozenLayers: Int = 0, moduleNames: [String] = [],
    crossEntropy: CrossEntropySpec? = nil
  ) throws(ModelError) {
    self.name = name
    self.input = input
    self.cropsToInput = cropsToInput
    self.layers = layers
    self.loss = loss
    self.crossEntropy = crossEntropy
    self.frozenLayers = frozenLayers
    self.moduleNames = moduleNames
    output = input
    output = try shapes()[layers.count]
    guard loss == .softmaxCrossEntropy || output.count == 1 else {
      throw .wrongLoss(model: name, loss, outputs: output.count)
    }
    if let crossEntropy {
      guard loss == .softmaxCrossEntropy, crossEntropy.isPossible(outputs: output.count) else {
        throw .wrongCrossEntropy(model: name, crossEntropy, outputs: output.count)
      }
    }
    guard (0...layers.count).contains(frozenLayers) else {
      throw .wrongFrozenLayers(model: name, frozenLayers, layers: layers.count)
    }
    guard moduleNames.isEmpty || moduleNames.count == layers.count else {
      throw .wrongModuleNames(model: name, names: moduleNames.count, layers: layers.count)
    }
  }

  /// Reads a model and checks it as the other initializer does, with the same errors.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: container.decode(String.self, forKey: .name),
      input: container.decode(ImageShape.self, forKey: .input),
      cropsToInput: container.decode(Bool.self, forKey: .cropsToInput),
      layers: container.decode([LayerSpec].self, forKey: .layers),
      loss: container.decodeIfPresent(LossSpec.self, forKey: .loss) ?? .softmaxCrossEntropy,
      frozenLayers: container.decodeIfPresent(Int.self, forKey: .frozenLayers) ?? 0,
      moduleNames: container.decodeIfPresent([String].self, forKey: .moduleNames) ?? [],
      crossEntropy: container.decodeIfPresent(CrossEntropySpec.self, forKey: .crossEntropy))
  }

  /// The same model with so many of its first layers frozen; more than there are can't be.
  package func freezing(_ count: Int) throws(ModelError) -> ModelSpec {
    try replacing(layers: layers, frozenLayers: count, crossEntropy: crossEntropy)
  }

  /// The same model with other options of its normalising layers, each changed given its index.
  package func mappingBatchNorm(
    _ change: (_ index: Int, _ spec: inout BatchNormSpec) -> Void
  ) throws(ModelError) -> ModelSpec {
    var layers = layers
    for case (let index, .batchNorm(var spec)) in layers.enumerated() {
      change(index, &spec)
      layers[index] = .batchNorm(spec)
    }
    return try replacing(layers: layers, frozenLayers: frozenLayers, crossEntropy: crossEntropy)
  }

  /// The same model with label smoothing and class weights, or with neither.
  package func counting(by crossEntropy: CrossEntropySpec?) throws(ModelError) -> ModelSpec {
    try replacing(layers: layers, frozenLayers: frozenLayers, crossEntropy: crossEntropy)
  }

  private func replacing(
    layers: [LayerSpec], frozenLayers: Int, crossEntropy: CrossEntropySpec?
  ) throws(ModelError) -> ModelSpec {
    try ModelSpec(
      name: name, input: input, cropsToInput: cropsToInput, layers: layers, loss: loss,
      frozenLayers: frozenLayers, moduleNames: moduleNames, crossEntropy: crossEntropy)
  }

  /// The shape of one image before each layer, and after the last: one more than there are layers.
  ///
  /// - Throws: `ModelError.impossibleInput`, `ModelError.shapeMismatch` or `ModelError.tooLarge`.
  public func shapes() throws(ModelError) -> [ImageShape] {
    guard input.isPlausible else { throw .impossibleInput(model: name, input) }
    var shapes = [input]
    var shape = input
    for (index, layer) in layers.enumerated() {
      if case .residual(let span) = layer {
        guard span > 0, span <= index, shapes[index - span] == shape else {
          throw .wrongResidual(layer: layer, input: shape)
        }
      }
      let output = try layer.outputShape(for: shape)
      // Divided, because the product of a hostile kernel's extents and channels overflows.
      guard output.isPlausible, layer.traits.inputsPerOutput <= LayerSpec.largestCost / output.count
      else { throw .tooLarge(layer: layer, input: shape) }
      shape = output
      shapes.append(shape)
    }
    return shapes
  }

  /// The number of outputs of the last layer: one for each class, or one where the loss is binary.
  public var outputCount: Int { output.count }

  /// The classes that the loss can tell apart.
  public var classCount: Int { loss == .binaryCrossEntropy ? 2 : outputCount }

  /// The same examples as this model takes them, cropped to its input where it does that.
  ///
  /// A model that begins with a dense layer takes any images of as many numbers.
  ///
  /// - Throws: `ModelError.wrongImages` or `ModelError.wrongClasses` if they don't fit.
  public func fitting(_ examples: Examples) throws(ModelError) -> Examples {
    let found = examples.shape
    guard classCount >= examples.classCount else {
      throw .wrongClasses(
        model: name, outputs: classCount, classes: examples.classCount, images: found)
    }
    if found == input { return examples }
    if cropsToInput, found.channels == input.channels, found.height >= input.height,
      found.width >= input.width
    {
      return examples.centerCropped(height: input.height, width: input.width)
    }
    if case .dense(found.count, _)? = layers.first { return examples }
    throw .wrongImages(
      model: name, expected: input, found: found, classes: examples.classCount)
  }
}

/// A loss, which compares a model's outputs, the logits z, with the labels.
public enum LossSpec: String, Codable, Hashable, Sendable {
  /// Softmax and cross-entropy: log Σₒ exp(zₒ) − z_t for label t, with an output for each class.
  case softmaxCrossEntropy
  /// Sigmoid and binary cross-entropy: log(1 + exp(z)) − t z for label t, 0 or 1, with one output.
  case binaryCrossEntropy
}
