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

  @Test(.tags(.property)) func `a random run has the bits of the reference`() {
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
  @Test func `random runs cover every layer, optimizer and option`() throws {
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
    #expect(
      words == [
        "dense", "relu", "tanh", "gelu", "dropout", "batchnorm", "ghost", "kerasnorm", "layernorm",
        "groupnorm", "movingnorm",
        "conv", "bareconv", "depthwise", "averagepool", "maxpool", "globalpool", "residual",
        "frozen",
        "binary", "smooth", "weighted",
      ])
    #expect(optimizers.count == 6)
    #expect((1..<300).contains(clipped))
  }
}
