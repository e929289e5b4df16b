import Foundation
import Testing
import TrainingCore

/// Runs with everything drawn at random.
///
/// A case is a function of its number. `BATCHWISE_CASES` says how many are run and
/// `BATCHWISE_FIRST_CASE` where they begin; an issue names the two that run its case alone.
@Suite struct RandomConfigurationTests {
  private static func setting(_ name: String, default value: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
  }

  static var cases: Range<Int> {
    let first = setting("BATCHWISE_FIRST_CASE", default: 1)
    return first..<first + max(setting("BATCHWISE_CASES", default: 300), 0)
  }

  @Test(arguments: cases)
  func aRunHasTheSameBits(_ number: Int) throws {
    let replay =
      "BATCHWISE_FIRST_CASE=\(number) BATCHWISE_CASES=1 "
      + "swift test --filter RandomConfigurationTests"
    var random = RandomNumbers(seed: number)
    let configuration = try random.configuration()
    let threads = random.pick([1, 2, 2, 3, 5, 8, 17])
    var samples = configuration.batchSize + random.integer(in: 1...2 * configuration.batchSize)
    while !configuration.canRun(samples) { samples += 1 }
    try runTwins(
      configuration, samples: samples, epochs: random.integer(in: 1...2), threads: threads,
      replay: replay)
  }

  /// Every layer, optimizer and option is among a few hundred cases.
  @Test func theCasesCoverTheOptions() throws {
    var words: Set<Substring> = []
    var optimizers: Set<String> = []
    var clipped = 0
    for number in 1...300 {
      var random = RandomNumbers(seed: number)
      let configuration = try random.configuration()
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

extension RandomNumbers {
  /// A run of up to six layers, none wider than 70, with batches of up to 70.
  mutating func configuration() throws -> RunConfiguration {
    var words = "\(integer(in: 1...70))"
    for _ in 0..<integer(in: 0...6) { words += " " + layer() }
    words += " dense\(integer(in: 1...12))"
    if oneIn(8) { words += " " + layer() }
    let normalizes = words.contains("norm") || words.contains("ghost")
    var configuration = try RunConfiguration(
      words: words, optimizer(), rate: 0.05, batchSize: integer(in: (normalizes ? 2 : 1)...70),
      seed: UInt64(word()))
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
