import TrainingCore

extension RunConfiguration {
  /// Whether so many samples can be trained on.
  ///
  /// - Parameter count: The number of samples.
  /// - Returns: Whether no batch of them leaves a sample alone to be normalised.
  public func canRun(_ count: Int) -> Bool { (try? validate(count: count)) != nil }
}

extension Choices {
  /// A run of up to six layers, none wider than 70, with batches of up to 70; or over images of up to
  /// 7×7 positions and 20 channels, with batches of up to 20.
  ///
  /// - Parameters:
  ///   - coupled: Whether layers may couple the samples of a batch.
  ///   - images: Whether there are images at all, and frozen layers a binary loss,
  ///     label smoothing and class weights of any model.
  /// - Returns: The configuration.
  /// - Throws: `ModelError` for words that make no model, which would be a fault here.
  public mutating func configuration(
    coupled: Bool = true, images: Bool = true
  ) throws -> RunConfiguration {
    let hasImages = images && oneIn(3)
    var words: String
    if hasImages {
      words = try imageWords(extent: 7, channels: 20, coupled: coupled)
    } else {
      words = "\(integer(in: 1...70))"
      for _ in 0..<integer(in: 0...6) { words += " " + layer(coupled: coupled) }
    }
    if images, oneIn(4) {
      words += " dense1 binary"
    } else {
      words += " dense\(integer(in: 1...12))"
      if oneIn(8) { words += " " + layer(coupled: coupled) }
      if images, oneIn(6) { words += pick([" smooth0.1", " weighted", " smooth0.3 weighted"]) }
    }
    if images, oneIn(5) {
      words += " frozen\(integer(in: 0...words.split(separator: " ").count - 2))"
    }
    let normalizes = words.contains("norm") || words.contains("ghost")
    var configuration = try RunConfiguration(
      words: words, optimizer(), rate: 0.05,
      batchSize: integer(in: (normalizes ? 2 : 1)...(hasImages ? 20 : 70)),
      seed: draw(upTo: UInt64(UInt32.max)))
    // Ghost groups may leave one sample of a batch alone; a multiple of their sizes doesn't.
    while !configuration.canRun(configuration.batchSize) { configuration.batchSize += 1 }
    configuration.clipNorm = pick([nil, nil, 0.05, 10])
    configuration.dropsLast = oneIn(4)
    configuration.shuffles = !oneIn(4)
    configuration.scaling = pick(LearningRateScaling.allCases)
    configuration.schedule.warmUpSteps = integer(in: 0...3)
    return configuration
  }

  private mutating func layer(coupled: Bool) -> String {
    let alone = [
      "dense\(integer(in: 1...70))", "dense\(integer(in: 1...70))", "relu", "relu", "tanh",
      "gelu", "layernorm", "dropout0.\(integer(in: 0...9))",
    ]
    let normalizing = coupled ? ["batchnorm", "ghost\(integer(in: 2...20))", "kerasnorm"] : []
    return pick(alone + normalizing)
  }

  /// Any optimizer, with any of its options.
  ///
  /// - Returns: The optimizer.
  public mutating func optimizer() -> OptimizerSpec {
    let decay = pick([0, 0.01])
    return pick([
      .sgd(SGDSpec(weightDecay: decay)),
      .sgd(SGDSpec(momentum: 0.9, nesterov: oneIn(2), weightDecay: decay)),
      .adam(AdamSpec(weightDecay: decay)), .adamw(AdamSpec(weightDecay: decay)),
      .rmsprop(
        RMSpropSpec(weightDecay: decay, convention: oneIn(2) ? .keras : .pytorch)),
      .rmsprop(
        RMSpropSpec(
          momentum: 0.5, weightDecay: decay, convention: oneIn(2) ? .keras : .pytorch)),
    ])
  }
}

extension Choices {
  /// Images in rows, and a class of each.
  ///
  /// - Parameters:
  ///   - count: The number of images.
  ///   - inputs: Numbers of an image.
  ///   - classes: The number of classes, at most 256.
  /// - Returns: The examples.
  public mutating func examples(_ count: Int, inputs: Int, classes: Int) -> Examples {
    Examples(
      shape: ImageShape(height: 1, width: 1, channels: inputs), classCount: classes,
      inputs: array(count * inputs) { $0.number() },
      labels: array(count) { UInt8($0.integer(in: 0...classes - 1)) })
  }
}

extension Examples {
  /// Random examples for a model, a function of its arguments.
  ///
  /// Labels are below 256, so that of a model with more outputs only the first are classes.
  ///
  /// - Parameters:
  ///   - count: The number of images.
  ///   - model: The model that they are for.
  ///   - seed: The seed.
  /// - Returns: The examples.
  public static func random(_ count: Int, for model: ModelSpec, seed: UInt64 = 1) -> Examples {
    var choices = Choices(seed: seed)
    return choices.examples(
      count, inputs: model.input.count, classes: min(model.classCount, 256))
  }
}
