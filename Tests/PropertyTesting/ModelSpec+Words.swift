import TrainingCore

extension ModelSpec {
  /// A model in words: the number of inputs, or an image's extents, and then each layer.
  ///
  /// `9 dropout0.2 dense17 batchnorm relu tanh ghost4 kerasnorm dense3`
  ///
  /// `6x5x3 conv4k3s2p1g1 movingnorm relu6 depthwise3 residual1 maxpool2s1 globalpool dense1 binary`
  ///
  /// A convolution, `conv` or without a bias `bareconv`, says its outputs, kernel, stride, padding and
  /// groups, an extent as `3` or `3x2`; a `depthwise` one, which is bare, its kernel, and pads by half
  /// of that. A pool says its window and stride, a residual sum how many layers it reaches back. Any
  /// place may have `frozen3`, for so many frozen layers, and `binary`, for the loss.
  ///
  /// - Parameter words: The words, which become the model's name.
  /// - Throws: `ModelError.unknownName` for a word that is none of these; what
  ///   `init(name:input:cropsToInput:layers:)` throws for layers that don't fit.
  public init(words: String) throws(ModelError) {
    let parts = words.split(separator: " ").map(String.init)
    guard let input = parts.first.flatMap(ImageShape.init(words:)) else {
      throw .unknownName(words)
    }
    var image = input
    var layers: [LayerSpec] = []
    var frozen = 0
    var loss = LossSpec.softmaxCrossEntropy
    for part in parts.dropFirst() {
      guard let word = LayerWord(part) else { throw .unknownName(part) }
      switch (word.kind, word.number) {
      case ("frozen", let count?): frozen = Int(count)
      case ("binary", nil): loss = .binaryCrossEntropy
      default:
        guard let layer = word.layer(behind: image) else { throw .unknownName(part) }
        layers.append(layer)
        image = try layer.outputShape(for: image)
      }
    }
    try self.init(name: words, input: input, layers: layers, loss: loss, frozenLayers: frozen)
  }

  /// A model by its name, or in words, which begin with a digit.
  ///
  /// - Parameter text: A name or words.
  /// - Throws: What the initializers of either throw.
  public init(spelled text: String) throws(ModelError) {
    if text.first?.isNumber == true {
      try self.init(words: text)
    } else {
      try self.init(named: text)
    }
  }
}

extension ImageShape {
  /// An image's extents in words, `6x5x3`, or the number of inputs alone.
  fileprivate init?(words: String) {
    let sides = words.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    switch (sides.count, sides[0], sides[sides.count - 1]) {
    case (1, let inputs?, _): self.init(height: 1, width: 1, channels: inputs)
    case (3, let height?, let channels?):
      guard let width = sides[1] else { return nil }
      self.init(height: height, width: width, channels: channels)
    default: return nil
    }
  }
}

extension RunConfiguration {
  /// A configuration of a model in words, with plain SGD where nothing else is said.
  ///
  /// - Parameters:
  ///   - words: The model in words.
  ///   - optimizer: The optimizer.
  ///   - rate: The learning rate.
  ///   - batchSize: Samples per step.
  ///   - seed: The run's seed.
  /// - Throws: `ModelError` for words that make no model.
  public init(
    words: String, _ optimizer: OptimizerSpec = .sgd(SGDSpec()), rate: Double = 0.05,
    batchSize: Int = 16, seed: UInt64 = 1
  ) throws(ModelError) {
    self.init(
      model: try ModelSpec(words: words), optimizer: optimizer,
      schedule: LearningRateSchedule(base: rate), batchSize: batchSize, seed: seed)
  }
}
