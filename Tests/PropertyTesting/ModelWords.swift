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
  /// place may have `frozen3`, for so many frozen layers, `binary`, for the loss, and `smooth0.1` and
  /// `weighted`, for label smoothing and class weights 0.3, 0.7, 1.1, 1.5 and again.
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
    var (smoothing, isWeighted) = (0.0, false)
    for part in parts.dropFirst() {
      guard let word = LayerWord(part) else { throw .unknownName(part) }
      switch (word.kind, word.number) {
      case ("frozen", let count?): frozen = Int(count)
      case ("binary", nil): loss = .binaryCrossEntropy
      case ("smooth", let share?): smoothing = share
      case ("weighted", nil): isWeighted = true
      default:
        guard let layer = word.layer(behind: image) else { throw .unknownName(part) }
        layers.append(layer)
        image = try layer.outputShape(for: image)
      }
    }
    let classWeights = (0..<(isWeighted ? image.count : 0)).map { 0.3 + 0.4 * Double($0 % 4) }
    let spec = CrossEntropySpec(labelSmoothing: smoothing, classWeights: classWeights)
    try self.init(
      name: words, input: input, layers: layers, loss: loss, frozenLayers: frozen,
      crossEntropy: spec == CrossEntropySpec() ? nil : spec)
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

/// A layer in a word, such as `conv4k3s2p1`: its kind, a number, and options of one letter each.
struct LayerWord {
  /// The letters at the beginning.
  let kind: Substring
  /// The number after them, where there is one.
  let number: Double?
  private var options: [Character: Extent] = [:]

  /// Takes a word apart; nil where it isn't made like that.
  init?(_ word: String) {
    kind = word.prefix { $0.isLetter }
    var rest = word.dropFirst(kind.count)
    let digits = rest.prefix { !$0.isLetter }
    number = Double(digits)
    guard digits.isEmpty || number != nil else { return nil }
    rest = rest.dropFirst(digits.count)
    while let letter = rest.first {
      let value = rest.dropFirst().prefix { !$0.isLetter || $0 == "x" }
      guard let extent = Extent(words: value) else { return nil }
      options[letter] = extent
      rest = rest.dropFirst(1 + value.count)
    }
  }

  /// The layer after layers that leave an image; nil for a word that is none.
  func layer(behind image: ImageShape) -> LayerSpec? {
    let features = image.channels
    switch (kind, number) {
    case ("dense", let outputs?): return .dense(inputs: image.count, outputs: Int(outputs))
    case ("conv", let outputs?): return convolution(image, to: Int(outputs), hasBias: true)
    case ("bareconv", let outputs?): return convolution(image, to: Int(outputs), hasBias: false)
    case ("depthwise", let kernel?):
      return .convolution(
        ConvolutionSpec(
          inputChannels: features, outputChannels: features, kernel: Extent(Int(kernel)),
          stride: options["s"] ?? 1, padding: options["p"] ?? Extent((Int(kernel) - 1) / 2),
          groups: features, hasBias: false))
    case ("maxpool", let window?):
      return .maxPool(PoolSpec(window: Extent(Int(window)), stride: options["s"]))
    case ("averagepool", let window?):
      return .averagePool(PoolSpec(window: Extent(Int(window)), stride: options["s"]))
    case ("globalpool", nil): return .globalAveragePool
    case ("relu", nil): return .relu
    case ("relu", 6): return .relu6
    case ("tanh", nil): return .tanh
    case ("gelu", nil): return .gelu
    case ("residual", let span?): return .residual(layers: Int(span))
    case ("dropout", let rate?): return .dropout(rate: rate)
    case ("batchnorm", nil): return .batchNorm(.pytorch(features: features))
    case ("ghost", let size?):
      return .batchNorm(.pytorch(features: features, groupSize: Int(size)))
    case ("layernorm", nil): return .groupNorm(GroupNormSpec(features: features))
    case ("groupnorm", let groups?):
      return .groupNorm(GroupNormSpec(features: features, groups: Int(groups)))
    case ("kerasnorm", nil): return .batchNorm(.keras(features: features))
    case ("movingnorm", nil):
      var spec = BatchNormSpec.pytorch(features: features)
      spec.statistics = .moving
      return .batchNorm(spec)
    default: return nil
    }
  }

  private func convolution(_ image: ImageShape, to outputs: Int, hasBias: Bool) -> LayerSpec {
    .convolution(
      ConvolutionSpec(
        inputChannels: image.channels, outputChannels: outputs, kernel: options["k"] ?? 1,
        stride: options["s"] ?? 1, padding: options["p"] ?? 0,
        groups: options["g"]?.height ?? 1, hasBias: hasBias))
  }
}

extension Extent {
  /// An extent in words, as `3` or `3x2`.
  fileprivate init?(words: Substring) {
    let sides = words.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard let height = sides[0], sides.count <= 2, let width = sides[sides.count - 1] else {
      return nil
    }
    self.init(height: height, width: width)
  }
}
