import TrainingCore

/// One training of the online-selection study.
struct OnlineSelectionJob: Sendable {
  let model: ModelSpec
  let arm: OnlineSelectionOptions.Arm
  let setting: OnlineSelectionResult.Setting
  let learningRate: Double
  let trial: Int
  var epochs: Int
  let seed: UInt64

  /// What the run is made of.
  var configuration: RunConfiguration {
    var configuration = RunConfiguration(
      model: model, optimizer: OnlineSelectionOptions.optimizer,
      schedule: OnlineSelectionOptions.schedule(base: learningRate),
      batchSize: arm.selection.baseBatchSize, seed: seed &+ UInt64(trial))
    configuration.dropsLast = true
    configuration.clipNorm = arm.clipNorm
    return configuration
  }

  /// What the progress bar and errors say.
  var activity: String { "\(model.name) · \(arm.name) · trial \(trial + 1)" }

  /// Expected work per training sample on an arbitrary scale.
  var workPerSample: Double {
    let passes =
      arm.selection.canDiffer(for: model) && arm.selection.candidates.count > 1
      ? arm.selection.candidates.count : 0
    return Double(ModelCost(of: model).flops) * Double(3 + passes)
  }

  /// Trains and tests.
  ///
  /// - Parameters:
  ///   - type: The trainer to use.
  ///   - data: Images that fit the model.
  ///   - threads: The trainer's threads, or nil for as many as there are processors.
  ///   - samplesDone: Told how many samples an iteration took; where it returns false, the training
  ///     stops.
  /// - Returns: The result and the samples scored, or nil where it was stopped.
  /// - Throws: What making the trainer throws; `StudyError.lossNotANumber`.
  func run<T: OnlineSelectionTrainer>(
    with type: T.Type, data: StudyData, threads: Int?, samplesDone: (Int) -> Bool
  ) throws -> (training: OnlineSelectionResult.Training, scoredSamples: Int)? {
    let configuration = self.configuration
    var trainer = try T(configuration, state: nil, threads: threads)
    var plateau = PlateauState()
    var epochs: [OnlineSelectionResult.Epoch] = []
    var scored = 0
    for epoch in 0..<self.epochs {
      let plan = configuration.plan(epoch: epoch, count: data.training.count)
      let rate = configuration.schedule.rate(step: trainer.steps, epoch: epoch, plateau: plateau)
      var sums = EpochSums(candidates: arm.selection.candidates.count)
      for iteration in 0..<plan.count {
        let record = arm.selection.train(
          &trainer, on: plan[iteration], of: data.training, epoch: epoch, iteration: iteration,
          seed: configuration.seed, learningRate: rate)
        sums.add(record)
        scored += record.scoredSamples
        guard samplesDone(plan[iteration].count) else { return nil }
      }
      var validation = Tally()
      for tally in trainer.evaluate(data.validation, batchSize: 256) { validation.add(tally) }
      guard sums.tally.loss.mean.isFinite, validation.loss.mean.isFinite else {
        throw StudyError.lossNotANumber(training: activity, epoch: epoch + 1)
      }
      configuration.schedule.observe(loss: validation.loss.mean, state: &plateau)
      epochs.append(sums.epoch(rate: rate, validation: validation))
    }
    var test = Tally()
    for tally in trainer.evaluate(data.test, batchSize: 256) { test.add(tally) }
    let training = OnlineSelectionResult.Training(
      model: model.name, arm: arm.name, setting: setting, trial: trial,
      learningRate: learningRate, epochs: epochs, testLoss: test.loss.mean,
      testAccuracy: test.accuracy, fingerprint: Fingerprint(of: trainer.state).description)
    return (training, scored)
  }
}

/// Gathers the iterations of an epoch.
private struct EpochSums {
  private var iterations = 0
  private var choices: [Int]
  private var ties = 0
  private var losses: [Double]
  private(set) var tally = Tally()

  init(candidates: Int) {
    choices = Array(repeating: 0, count: candidates)
    losses = Array(repeating: 0, count: candidates)
  }

  mutating func add(_ record: SelectionRecord) {
    iterations += 1
    choices[record.choice] += 1
    ties += record.isTie ? 1 : 0
    tally.add(record.tally)
    if record.losses.isEmpty { losses = [] }
    for index in losses.indices { losses[index] += record.losses[index] }
  }

  func epoch(rate: Double, validation: Tally) -> OnlineSelectionResult.Epoch {
    OnlineSelectionResult.Epoch(
      iterations: iterations, choices: choices, ties: ties,
      candidateLosses: losses.map { $0 / Double(iterations) }, learningRate: rate,
      trainingLoss: tally.loss.mean, trainingAccuracy: tally.accuracy,
      validationLoss: validation.loss.mean, validationAccuracy: validation.accuracy)
  }
}
