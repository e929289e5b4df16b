import PropertyTesting
import Testing
import TrainingCore

/// Numbers at the ends of the range: where a shortcut would show.
@Suite struct ExtremeNumbersTests {
  private static let models = [
    "7 dense33 relu dense4", "7 dense19 tanh dense4", "7 dense19 gelu dense4",
    "7 tanh dropout0.5 dense19 relu dense4",
    "7 dense19 batchnorm relu dense4", "7 batchnorm dense4", "7",
  ]

  private static let special: [Float] = [
    .infinity, -.infinity, .nan, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, -0.0, 0, 1, -1,
    0x1p-140, 0x1p127, 88.8, -104,
  ]

  /// Trains on inputs that are each a function of a random number and one of the special ones.
  private func run(_ words: String, _ input: (inout Choices) -> Float) throws {
    for (threads, clipNorm) in [(1, nil), (2, 0.5)] {
      var configuration = try RunConfiguration(
        words: words, .adam(AdamSpec(weightDecay: 0.01)), batchSize: 8)
      configuration.clipNorm = clipNorm
      var random = Choices(seed: 5)
      let inputs = configuration.model.input.count
      let examples = Examples(
        shape: configuration.model.input, classCount: 4,
        inputs: (0..<40 * inputs).map { _ in input(&random) },
        labels: (0..<40).map { UInt8($0 % 4) })
      var twins = try Twins(configuration, threads: threads)
      for sample in 0..<40 {
        _ = twins.outputs(for: Batch([sample], of: examples))
        _ = twins.evaluate(Batch([sample], of: examples))
      }
      for start in stride(from: 0, to: 40, by: 8) {
        _ = twins.train(
          on: ArraySlice(start..<start + 8), of: examples, epoch: 0, learningRate: 0.1)
        _ = twins.evaluate(Batch(0..<40, of: examples))
      }
    }
  }

  @Test(arguments: models)
  func `subnormal inputs have the bits of the reference`(_ words: String) throws {
    try run(words) { $0.number() * 0x1p-130 }
  }

  /// Weights, slots and moving averages that only subnormal numbers can hold, and such as an optimizer's
  /// constants make subnormal.
  @Test(arguments: OptimizerEquivalenceTests.optimizers, [0x1p-130, 0x1p-120, 0x1p-58])
  func `tiny weights and slots have the bits of the reference`(
    _ optimizer: OptimizerSpec, scale: Float
  ) throws {
    let configuration = try RunConfiguration(
      words: "7 dense33 batchnorm relu dense4", optimizer, batchSize: 8)
    var state = ModelState.initial(model: configuration.model, optimizer: optimizer, seed: 1)
    for index in state.parameters.indices {
      state.parameters[index].values = state.parameters[index].values.map { $0 * scale }
    }
    for slot in state.slots.indices {
      for index in state.slots[slot].indices {
        state.slots[slot][index].values = state.parameters[index].values.map(\.magnitude)
      }
    }
    let examples = Examples.random(16, for: configuration.model)
    var twins = try Twins(configuration, state: state, threads: 2)
    for rate in [0x1p-130, 0x1p-100, 0.1] {
      _ = twins.train(on: ArraySlice(0..<16), of: examples, epoch: 0, learningRate: rate)
    }
  }

  /// Logits so far apart that some exponentials are below 2⁻¹⁰⁰, and some above.
  @Test(arguments: models)
  func `unlikely classes have the bits of the reference`(_ words: String) throws {
    try run(words) { $0.number() * 64 }
  }

  /// Logits so far apart that every exponential but the largest one's vanishes.
  @Test(arguments: models)
  func `logits far apart have the bits of the reference`(_ words: String) throws {
    try run(words) { $0.number() * 0x1p100 }
  }

  /// Sums that overflow, and infinities less infinities.
  @Test(arguments: models)
  func `infinities and NaN have the bits of the reference`(_ words: String) throws {
    try run(words) { $0.oneIn(12) ? $0.pick(Self.special) : $0.number() }
  }

  /// One special number in all: what it reaches must be what it reaches in the reference.
  @Test(arguments: special)
  func `one special number reaches what it reaches in the reference`(_ value: Float) throws {
    for words in Self.models {
      var count = 0
      try run(words) {
        count += 1
        return count % 97 == 40 ? value : $0.number()
      }
    }
  }

  /// The first of equal logits is the largest, wherever the others are.
  @Test(
    arguments: [[0, 0, 0, 0], [1, 2, 2, 1], [-0.0, 0, 0, -0.0], [.nan, 1, 1, 0]] as [[Float]])
  func `the first of equal logits is the largest`(_ logits: [Float]) throws {
    let twins = try Twins(try RunConfiguration(words: "40"), threads: 2)
    let rows = (0..<40).map { start in (0..<40).map { logits[($0 + start) / 13 % 4] } }
    let examples = Examples(
      shape: twins.model.input, classCount: 40, inputs: rows.flatMap(\.self),
      labels: (0..<40).map { UInt8($0) })
    for sample in 0..<40 { _ = twins.evaluate(Batch([sample], of: examples)) }
    _ = twins.evaluate(Batch(0..<40, of: examples))
  }
}
