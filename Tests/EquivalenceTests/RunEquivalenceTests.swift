import PropertyTesting
import Testing
import TrainingCore

/// What a run's options do to the steps: rates, orders, last batches, threads.
@Suite struct RunEquivalenceTests {
  private static let words = "11 dense35 batchnorm relu dropout0.25 dense20 tanh dense4"

  @Test(
    arguments: [
      LearningRateSchedule(base: 0.1, warmUpSteps: 5),
      LearningRateSchedule(base: 0.1, decay: .step(epochs: 1, factor: 0.3)),
      LearningRateSchedule(
        base: 0.5, warmUpSteps: 2, decay: .plateau(patience: 0, factor: 0.1, threshold: 0.5)),
      LearningRateSchedule(base: 0.1, warmUpSteps: 2, decay: .linear(epochs: 4)),
      LearningRateSchedule(base: 0.1, decay: .cosine(epochs: 3)),
    ])
  func `learning-rate schedules give both trainers the same bits`(_ schedule: LearningRateSchedule)
    throws
  {
    var configuration = try RunConfiguration(words: Self.words, .adam(AdamSpec()))
    configuration.schedule = schedule
    let run = try runTwins(configuration, samples: 44, epochs: 4)
    let rates = run.progress.history.map(\.learningRate)
    #expect(Set(rates).count > 1, "the schedule must have changed the rate")
  }

  @Test(arguments: LearningRateScaling.allCases, [true, false])
  func `learning-rate scaling and shuffling give both trainers the same bits`(
    _ scaling: LearningRateScaling, _ shuffles: Bool
  ) throws {
    var configuration = try RunConfiguration(words: Self.words)
    configuration.scaling = scaling
    configuration.shuffles = shuffles
    try runTwins(configuration, samples: 44)
  }

  @Test(arguments: [true, false])
  func `the short last batch is taken or dropped by both trainers`(_ dropsLast: Bool) throws {
    for threads in [1, 2, 5] {
      var configuration = try RunConfiguration(words: Self.words, .rmsprop(RMSpropSpec()))
      configuration.dropsLast = dropsLast
      let run = try runTwins(configuration, samples: 43, threads: threads)
      #expect(run.trainer.steps == (dropsLast ? 4 : 6))
    }
  }

  @Test func `batches that grow and shrink give both trainers the same bits`() throws {
    var configuration = try RunConfiguration(words: Self.words, .adamw(AdamSpec()), batchSize: 4)
    configuration.change(batchSize: 20, afterEpochs: 1)
    configuration.change(batchSize: 3, afterEpochs: 2)
    let run = try runTwins(configuration, samples: 44, epochs: 3)
    #expect(run.progress.history.map(\.steps) == [11, 14, 29])
  }

  /// The number of threads changes how work is divided, and no bit.
  @Test(arguments: [1, 2, 3, 5, 8, 17])
  func `any number of threads has the bits of the reference`(_ threads: Int) throws {
    for optimizer in [OptimizerSpec.sgd(SGDSpec()), .adam(AdamSpec(weightDecay: 0.01))] {
      for batchSize in [1, 13, 40] {
        let configuration = try RunConfiguration(
          words: "23 dense70 relu dropout0.5 dense35 tanh dense5", optimizer, batchSize: batchSize)
        try runTwins(configuration, samples: 90, threads: threads)
      }
    }
  }

  /// Three images for two members: one still gathers the last of them when the other is done, and
  /// must be waited for.
  @Test func `members wait for images that take long to gather`() throws {
    try runTwins(
      RunConfiguration(words: "20000 dense64 relu dense3", batchSize: 3), samples: 30, epochs: 1)
  }

  /// Inference takes samples in blocks of its own, whose edges are in no batch.
  @Test(arguments: [1, 2, 5])
  func `inference at any batch size has the bits of the reference`(_ threads: Int) throws {
    let run = try runTwins(
      RunConfiguration(words: Self.words), samples: 40, threads: threads)
    let examples = Examples.random(600, for: run.trainer.model, seed: 3)
    for count in [1, 7, 15, 16, 17, 255, 256, 257, 300, 511, 512, 513, 600] {
      let batch = Batch((0..<count).reversed(), of: examples, epoch: 5)
      let outputs = run.trainer.outputs(for: batch)
      #expect(outputs.count == count * 4)
      #expect(run.trainer.evaluate(batch).count == count)
    }
  }
}
