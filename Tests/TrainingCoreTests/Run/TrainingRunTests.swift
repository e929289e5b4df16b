import Testing
import TrainingCore

@Suite struct TrainingRunTests {
  static let shape = ImageShape(height: 1, width: 1, channels: 2)

  static func examples(_ count: Int) -> Examples {
    Examples(
      shape: shape, classCount: 3, inputs: (0..<2 * count).map { Float($0) },
      labels: (0..<count).map { UInt8($0 % 3) })
  }

  static func configuration(batchSize: Int = 4, decay: LearningRateSchedule.Decay = .constant)
    throws -> RunConfiguration
  {
    RunConfiguration(
      model: try ModelSpec(named: "mlp:2-3"), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.5, warmUpSteps: 5, decay: decay),
      batchSize: batchSize, seed: 21)
  }

  @Test func everyBatchIsOneGradientAndOneStep() throws {
    var configuration = try Self.configuration()
    configuration.scaling = .linear
    configuration.baseBatchSize = 2
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    _ = run.runEpoch(training: Self.examples(10), validation: nil)
    _ = run.runEpoch(training: Self.examples(10), validation: nil)
    var expected: [String] = []
    for epoch in 0..<2 {
      let order = Permutation.random(count: 10, seed: 21, epoch: epoch)
      for batch in [order[0..<4], order[4..<8], order[8..<10]] {
        let rate = 2 * 0.5 * min(Double(expected.count / 2 + 1) / 5, 1)
        expected.append("gradient \(Array(batch)) of epoch \(epoch)")
        expected.append("step \(rate) for \(batch.count)")
      }
    }
    #expect(run.trainer.calls == expected)
  }

  @Test func `micro-batches are accumulated, and one step follows`() throws {
    var configuration = try Self.configuration()
    configuration.shuffles = false
    configuration.microBatchSize = 3
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    var tally = Tally()
    _ = run.runEpoch(training: Self.examples(11), validation: nil) { report in
      tally.add(report.tally)
      return true
    }
    #expect(
      run.trainer.calls == [
        "gradient [0, 1, 2] of epoch 0", "gradient [3] of epoch 0", "step 0.1 for 4",
        "gradient [4, 5, 6] of epoch 0", "gradient [7] of epoch 0", "step 0.2 for 4",
        "gradient [8, 9, 10] of epoch 0", "step \(0.5 * 3 / 5) for 3",
      ])
    #expect(tally.count == 11 && run.progress.history[0].trainingLoss == tally.loss.mean)
  }

  @Test func `an epoch has its batch size, and the rate that belongs to it`() throws {
    var configuration = try Self.configuration(batchSize: 2)
    configuration.schedule.warmUpSteps = 0
    configuration.scaling = .linear
    configuration.baseBatchSize = 2
    configuration.shuffles = false
    configuration.change(batchSize: 4, afterEpochs: 1)
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    for _ in 0..<2 { _ = run.runEpoch(training: Self.examples(5), validation: nil) }
    #expect(
      run.trainer.calls.filter { $0.hasPrefix("step") } == [
        "step 0.5 for 2", "step 0.5 for 2", "step 0.5 for 1", "step 1.0 for 4", "step 1.0 for 1",
      ])
  }

  @Test func `a decay goes on with each batch of an epoch`() throws {
    let configuration = try Self.configuration(decay: .linear(epochs: 2))
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    var rates: [Double] = []
    for _ in 0..<3 {
      _ = run.runEpoch(
        training: Self.examples(16), validation: nil,
        step: { trainer, step in
          rates.append(step.learningRate)
          return trainer.train(
            on: step.samples, of: step.examples, epoch: step.epoch, learningRate: step.learningRate)
        })
    }
    let expected = (0..<12).map { step -> Double in
      let decayed = 0.5 * max(1 - Double(step) / 8, 0)
      return step < 5 ? decayed * (Double(step + 1) / 5) : decayed
    }
    #expect(rates == expected)
  }

  @Test func `a step of one's own gets the batches and rates of a plain run`() throws {
    let configuration = try Self.configuration()
    var plain = TrainingRun(HashingTrainer(configuration), configuration)
    var own = plain
    var indices: [Int] = []
    for _ in 0..<2 {
      let record = plain.runEpoch(training: Self.examples(10), validation: Self.examples(3))
      let other = own.runEpoch(
        training: Self.examples(10), validation: Self.examples(3),
        step: { trainer, step in
          indices.append(step.index)
          let batch = Batch(step.samples, of: step.examples, epoch: step.epoch)
          let tally = trainer.accumulateGradient(of: batch)
          trainer.step(learningRate: step.learningRate, batchSize: step.samples.count)
          return tally
        })
      #expect(record?.trainingLoss == other?.trainingLoss)
    }
    #expect(indices == [0, 1, 2, 0, 1, 2])
    #expect(own.trainer.calls == plain.trainer.calls)
    #expect(own.progress.withoutTimes == plain.progress.withoutTimes)
  }

  @Test func `a step is told which batch comes next, and that none follows the last`() throws {
    let configuration = try Self.configuration()
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    var batches: [[Int]] = []
    var upcoming: [[Int]] = []
    _ = run.runEpoch(
      training: Self.examples(10), validation: nil,
      step: { _, step in
        batches.append(Array(step.samples))
        upcoming.append(Array(step.upcoming))
        return Tally()
      })
    #expect(upcoming == batches.dropFirst() + [[]])
  }

  /// Stopped after any batch, written down, and gone on with in a new run.
  @Test(
    arguments: 1...15,
    [
      LearningRateSchedule.Decay.plateau(patience: 0, factor: 0.5, threshold: 0.2),
      .cosine(epochs: 3),
    ])
  func anInterruptedRunIsTheRunThatNeverWas(
    _ stop: Int, _ decay: LearningRateSchedule.Decay
  ) throws {
    let configuration = try Self.configuration(decay: decay)
    let training = Self.examples(18)
    let validation = Self.examples(7)
    var whole = TrainingRun(HashingTrainer(configuration), configuration)
    for _ in 0..<3 { #expect(whole.runEpoch(training: training, validation: validation) != nil) }

    var run = TrainingRun(HashingTrainer(configuration), configuration)
    var batches = 0
    while run.progress.epochs < 3 {
      let epochs = run.progress.epochs
      let record = run.runEpoch(training: training, validation: validation) { _ in
        batches += 1
        return batches != stop
      }
      #expect((record != nil) == (run.progress.epochs == epochs + 1))
      if batches == stop {
        let trainer = HashingTrainer(configuration, state: run.trainer.state)
        run = TrainingRun(trainer, configuration, progress: run.progress)
      }
    }
    #expect(batches == 15)
    #expect(StateBits(run.trainer.state) == StateBits(whole.trainer.state))
    #expect(run.progress.withoutTimes == whole.progress.withoutTimes)
    #expect(run.progress.history.map(\.steps) == [5, 10, 15])
  }

  @Test func aStopKeepsThePositionAndTheTally() throws {
    let configuration = try Self.configuration()
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    var reports: [[Int]] = []
    let record = run.runEpoch(training: Self.examples(18), validation: nil) { report in
      reports.append([report.index, report.count, report.tally.count])
      return report.index < 2
    }
    #expect(record == nil)
    #expect(reports == [[0, 5, 4], [1, 5, 4], [2, 5, 4]])
    #expect(run.progress.batches == 3 && run.progress.epochs == 0)
    #expect(run.progress.tally.count == 12 && run.progress.history.isEmpty)
    #expect(try #require(run.progress.seconds) >= 0)
  }

  @Test func anEpochStoppedAtItsLastBatchIsDone() throws {
    let configuration = try Self.configuration()
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    let record = run.runEpoch(training: Self.examples(8), validation: nil) { $0.index == 0 }
    #expect(record != nil)
    #expect(run.progress.epochs == 1 && run.progress.batches == 0)
  }

  @Test func aRecordSaysWhatHappened() throws {
    var configuration = try Self.configuration(batchSize: 4)
    configuration.dropsLast = true
    var run = TrainingRun(HashingTrainer(configuration), configuration)
    let validation = Self.examples(250)
    var tally = Tally()
    let record = try #require(
      run.runEpoch(training: Self.examples(18), validation: validation) { report in
        tally.add(report.tally)
        return true
      })
    #expect(tally.count == 16)
    #expect(record.epoch == 1 && record.steps == 4)
    #expect(record.learningRate == 0.5 * 4 / 5)
    #expect(record.trainingLoss == tally.loss.mean)
    #expect(record.trainingAccuracy == tally.accuracy)
    var whole = Tally()
    for part in run.trainer.evaluate(validation, batchSize: 7) { whole.add(part) }
    #expect(whole.count == 250)
    #expect(record.validationLoss == whole.loss.mean)
    #expect(record.validationAccuracy == whole.accuracy)
    #expect(run.progress.history == [record])
    #expect(run.progress.tally == Tally())
  }

  @Test func withoutValidationNothingIsClaimed() throws {
    let configuration = try Self.configuration()
    for validation in [nil, Self.examples(0)] {
      var run = TrainingRun(HashingTrainer(configuration), configuration)
      let done = run.runEpoch(training: Self.examples(5), validation: validation)
      let record = try #require(done)
      #expect(record.validationLoss == nil && record.validationAccuracy == nil)
    }
  }

  /// Reduce-on-plateau watches the validation loss, and the training loss where there is none.
  @Test func thePlateauFollowsTheRightLoss() throws {
    let decay = LearningRateSchedule.Decay.plateau(patience: 9, factor: 0.5, threshold: 0)
    let configuration = try Self.configuration(decay: decay)
    for validation in [nil, Self.examples(9)] {
      var run = TrainingRun(HashingTrainer(configuration), configuration)
      let done = run.runEpoch(training: Self.examples(18), validation: validation)
      let record = try #require(done)
      #expect(run.progress.plateau.best == record.validationLoss ?? record.trainingLoss)
    }
  }
}
