import PropertyTesting
import Testing
import TrainingCore

/// Runs with everything drawn at random.
@Suite struct RandomConfigurationTests {
  /// A run, and what it is run with.
  private struct Run: CustomStringConvertible {
    let configuration: RunConfiguration
    let samples: Int
    let epochs: Int
    let threads: Int

    init(_ choices: inout Choices) throws {
      configuration = try choices.configuration()
      epochs = choices.integer(in: 1...2)
      threads = choices.pick([1, 2, 2, 3, 5, 8, 17])
      var samples = configuration.batchSize + choices.integer(in: 1...2 * configuration.batchSize)
      while !configuration.canRun(samples) { samples += 1 }
      self.samples = samples
    }

    var description: String {
      "\(samples) samples, \(epochs) epochs, \(threads) threads, \(configuration)"
    }
  }

  @Test(.tags(.property)) func aRunHasTheSameBits() {
    forAll("a random run has the same bits", cases: 300) { choices in
      try Run(&choices)
    } failure: { run in
      try runTwins(
        run.configuration, samples: run.samples, epochs: run.epochs, threads: run.threads,
        isExpected: true
      ).trainer.difference
    }
  }

  /// Every layer, optimizer and option is among a few hundred cases.
  @Test func theCasesCoverTheOptions() throws {
    var words: Set<Substring> = []
    var optimizers: Set<String> = []
    var clipped = 0
    for number in 1...300 {
      var choices = Choices(seed: 1, testCase: number)
      let configuration = try choices.configuration()
      let layers = configuration.model.name.split(separator: " ").dropFirst()
      words.formUnion(layers.map { $0.prefix { $0.isLetter } })
      optimizers.insert(
        configuration.optimizer.name + configuration.optimizer.slotNames.joined(separator: "+"))
      clipped += configuration.clipNorm == nil ? 0 : 1
    }
    #expect(words == ["dense", "relu", "tanh", "dropout", "batchnorm", "ghost", "kerasnorm"])
    #expect(optimizers.count == 5)
    #expect((1..<300).contains(clipped))
  }
}

extension RunConfiguration {
  /// Whether so many samples can be trained on.
  fileprivate func canRun(_ count: Int) -> Bool { (try? validate(count: count)) != nil }
}

extension Choices {
  /// A run of up to six layers, none wider than 70, with batches of up to 70.
  mutating func configuration() throws -> RunConfiguration {
    var words = "\(integer(in: 1...70))"
    for _ in 0..<integer(in: 0...6) { words += " " + layer() }
    words += " dense\(integer(in: 1...12))"
    if oneIn(8) { words += " " + layer() }
    let normalizes = words.contains("norm") || words.contains("ghost")
    var configuration = try RunConfiguration(
      words: words, optimizer(), rate: 0.05, batchSize: integer(in: (normalizes ? 2 : 1)...70),
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

  private mutating func layer() -> String {
    pick([
      "dense\(integer(in: 1...70))", "dense\(integer(in: 1...70))", "relu", "relu", "tanh",
      "dropout0.\(integer(in: 0...9))", "batchnorm", "ghost\(integer(in: 2...20))", "kerasnorm",
    ])
  }

  private mutating func optimizer() -> OptimizerSpec {
    let decay = pick([0, 0.01])
    return pick([
      .sgd(SGDSpec(weightDecay: decay)),
      .sgd(SGDSpec(momentum: 0.9, nesterov: oneIn(2), weightDecay: decay)),
      .adam(AdamSpec(weightDecay: decay)),
      .rmsprop(
        RMSpropSpec(weightDecay: decay, convention: oneIn(2) ? .keras : .pytorch)),
      .rmsprop(
        RMSpropSpec(
          momentum: 0.5, weightDecay: decay, convention: oneIn(2) ? .keras : .pytorch)),
    ])
  }
}
