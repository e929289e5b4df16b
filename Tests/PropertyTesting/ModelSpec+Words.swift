import TrainingCore

extension ModelSpec {
  /// A model in words: the number of inputs and then each layer, in any order.
  ///
  /// `9 dropout0.2 dense17 batchnorm relu tanh ghost4 kerasnorm dense3`
  ///
  /// - Parameter words: The words, which become the model's name.
  /// - Throws: `ModelError.unknownName` for a word that is none of these.
  public init(words: String) throws(ModelError) {
    let parts = words.split(separator: " ").map(String.init)
    guard let inputs = parts.first.flatMap({ Int($0) }) else { throw .unknownName(words) }
    var features = inputs
    var layers: [LayerSpec] = []
    for part in parts.dropFirst() {
      let kind = part.prefix { $0.isLetter }
      let number = Double(part.dropFirst(kind.count))
      switch (kind, number) {
      case ("dense", let outputs?):
        layers.append(.dense(inputs: features, outputs: Int(outputs)))
        features = Int(outputs)
      case ("relu", nil): layers.append(.relu)
      case ("tanh", nil): layers.append(.tanh)
      case ("dropout", let rate?): layers.append(.dropout(rate: rate))
      case ("batchnorm", nil): layers.append(.batchNorm(.pytorch(features: features)))
      case ("ghost", let size?):
        layers.append(.batchNorm(.pytorch(features: features, groupSize: Int(size))))
      case ("kerasnorm", nil): layers.append(.batchNorm(.keras(features: features)))
      default: throw .unknownName(part)
      }
    }
    try self.init(
      name: words, input: ImageShape(height: 1, width: 1, channels: inputs), layers: layers)
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
