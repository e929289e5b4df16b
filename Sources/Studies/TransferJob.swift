import Datasets
import TrainingCore

/// One transfer: two stages from a pretrained base.
struct TransferJob: Sendable {
  let network: TransferNetwork
  let options: TransferOptions
  let batchSize: Int
  let trial: Int
  let isInferenceMode: Bool

  /// What progress reports call it.
  var activity: String {
    "batch \(batchSize), trial \(trial + 1)" + (isInferenceMode ? ", inference mode" : "")
  }

  private var seed: UInt64 { options.seed &+ UInt64(trial) }

  /// What a stage is trained with.
  ///
  /// - Parameters:
  ///   - isFirst: Whether the head alone learns.
  ///   - classes: The task's classes.
  /// - Returns: The configuration.
  /// - Throws: `ModelError` for a head that can't be.
  func configuration(isFirst: Bool, classes: Int) throws(ModelError) -> RunConfiguration {
    let frozen =
      isFirst
      ? network.base.layers.count : network.frozenLayers(share: options.frozenShare)
    let stage = isFirst ? options.first : options.second
    var configuration = RunConfiguration(
      model: try network.model(
        classes: classes, frozen: frozen, frozenStatistics: isInferenceMode ? .moving : .batch),
      optimizer: TransferOptions.optimizer,
      schedule: LearningRateSchedule(base: stage.learningRate), batchSize: batchSize, seed: seed)
    configuration.dropsLast = true
    return configuration
  }

  /// Transfers.
  ///
  /// - Parameters:
  ///   - type: The trainer to use.
  ///   - base: A model with the base's weights and statistics; its head is another's.
  ///   - data: The task's images, as the base takes them.
  ///   - samplesDone: Told how many samples a step took; where it returns false, the transfer stops.
  /// - Returns: The result, or nil where it was stopped.
  /// - Throws: `StudyError.lossNotANumber`.
  func run<T: TransferTrainer>(
    with type: T.Type, base: ModelState, data: TransferData, samplesDone: (Int) -> Bool
  ) throws -> TransferResult.Transfer? {
    let classes = data.training.classCount
    var configuration = try configuration(isFirst: true, classes: classes)
    var state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: seed)
    state.takeBase(of: base)
    let source = SourceShare(source: state.statistics)
    let momentum = options.matchedMomentum(batchSize: batchSize)
    var matched = MovingAverages(state.statistics, momentum: momentum)
    var trainer = try T(configuration, state: state, threads: 1)
    var epochs: [TransferResult.Epoch] = []
    var steps = 0
    for epoch in 0..<options.epochs {
      var images = data.training
      if epoch >= options.first.epochs, let augmentation = options.augmentation {
        images = augmentation.applied(to: images, seed: seed, epoch: epoch)
      }
      if epoch == options.first.epochs {
        configuration = try self.configuration(isFirst: false, classes: classes)
        var next = ModelState.initial(
          model: configuration.model, optimizer: configuration.optimizer, seed: seed)
        let last = trainer.state
        (next.parameters, next.statistics) = (last.parameters, last.statistics)
        trainer = try T(configuration, state: next, threads: 1)
      }
      let plan = configuration.plan(epoch: epoch, count: images.count)
      var tally = Tally()
      for batch in 0..<plan.count {
        tally.add(
          trainer.train(
            on: plan[batch], of: images, epoch: epoch,
            learningRate: configuration.schedule.base,
            upcoming: batch + 1 < plan.count ? plan[batch + 1] : []))
        steps += 1
        if !isInferenceMode { matched.take(trainer.latestStatistics) }
        guard samplesDone(plan[batch].count) else { return nil }
      }
      guard tally.loss.mean.isFinite else {
        throw StudyError.lossNotANumber(training: activity, epoch: epoch + 1)
      }
      var record = TransferResult.Epoch(
        steps: steps, trainingAccuracy: tally.accuracy, trainingLoss: tally.loss.mean,
        averages: accuracy(of: trainer, on: data.validation))
      if !isInferenceMode {
        try addArms(
          to: &record, trainer, configuration, matched: matched.tensors, source, data)
      }
      epochs.append(record)
    }
    return TransferResult.Transfer(
      batchSize: batchSize, trial: trial, isInferenceMode: isInferenceMode, epochs: epochs,
      fingerprint: Fingerprint(of: trainer.state).description)
  }

  /// The same weights with other statistics.
  private func addArms<T: TransferTrainer>(
    to record: inout TransferResult.Epoch, _ trainer: T, _ configuration: RunConfiguration,
    matched: [Tensor], _ source: SourceShare, _ data: TransferData
  ) throws {
    let state = trainer.state
    var other = state
    other.statistics = matched
    var copy = try T(configuration, state: other, threads: 1)
    record.matched = accuracy(of: copy, on: data.validation)
    copy.measureStatistics(over: data.training)
    record.population = accuracy(of: copy, on: data.validation)
    let population = copy.state.statistics
    record.sourceShare = source.left(in: state.statistics, population: population)
    record.matchedSourceShare = source.left(in: matched, population: population)
  }

  private func accuracy(of trainer: some Trainer, on examples: Examples) -> Double {
    var tally = Tally()
    for batch in trainer.evaluate(examples, batchSize: 256) { tally.add(batch) }
    return tally.accuracy
  }
}

extension ModelState {
  /// Takes over another state's tensors, but for those that its head alone has.
  mutating func takeBase(of other: ModelState) {
    for (index, tensor) in other.parameters.enumerated()
    where parameters.indices.contains(index) && parameters[index].name == tensor.name
      && parameters[index].shape == tensor.shape && index < parameters.count - 2
    {
      parameters[index] = tensor
    }
    statistics = other.statistics
  }
}
