import Datasets
import Files
import TrainingCore

/// The pretraining of a base, or one transfer of it, with all that determines it.
package enum TransferJob: StudyJob {
  /// A base's training on the source; it leaves the base's weights with the source's statistics.
  case pretraining(Pretraining)
  /// Two stages on the target.
  case transfer(Transfer)

  package struct Pretraining: Codable, Hashable, Sendable {
    let base: String
    let momentum: Double
    let settings: TransferStudy.Options.Pretraining
    let seed: UInt64
  }

  package struct Transfer: Codable, Hashable, Sendable {
    let base: String
    /// Where the base's weights are from; nil for a file.
    let pretraining: Pretraining?
    let first: TransferStudy.Options.Stage
    let second: TransferStudy.Options.Stage
    let frozenShare: Double
    let momentum: Double
    /// The momentum of the matched averages; nil in inference mode, which has none.
    let matchedMomentum: Double?
    let augmentation: Augmentation?
    let batchSize: Int
    let trial: Int
    let seed: UInt64
    let isInferenceMode: Bool

    var epochs: Int { first.epochs + second.epochs }

    var activity: String {
      "batch \(batchSize), trial \(trial + 1)" + (isInferenceMode ? ", inference mode" : "")
    }
  }

  package var activity: String {
    if case .transfer(let job) = self { job.activity } else { "pretraining" }
  }

  package var needs: [TransferJob] {
    guard case .transfer(let job) = self, let base = job.pretraining else { return [] }
    return [.pretraining(base)]
  }
}

extension TransferJob.Pretraining {
  /// What the base is trained with.
  func configuration(
    _ network: TransferNetwork, _ training: Examples
  ) throws(ModelError) -> RunConfiguration {
    RunConfiguration(
      model: try network.model(classes: training.classCount, frozen: 0),
      optimizer: TransferStudy.Options.optimizer,
      schedule: LearningRateSchedule(base: settings.learningRate),
      batchSize: min(settings.batchSize, training.count), seed: seed)
  }

  /// Trains the base on the source, and measures the source's statistics.
  func run<T: StudyTrainer>(
    with type: T.Type, _ network: TransferNetwork, _ source: (training: Examples, test: Examples),
    _ context: JobContext<TransferStudy>
  ) throws -> JobOutcome<TransferRecord>? {
    let configuration = try configuration(network, source.training)
    var run = TrainingRun(
      try T(configuration, state: nil, threads: context.threads), configuration)
    let samples = Double(source.training.count * settings.epochs)
    for _ in 0..<settings.epochs {
      let epoch = try run.transferEpoch(on: source.training, "pretraining") { _, count in
        context.advance(Double(count) / samples)
      }
      guard epoch != nil else { return nil }
    }
    var trainer = run.trainer
    trainer.measureStatistics(over: source.training)
    let state = trainer.state
    let record = TransferRecord.Pretraining(
      accuracy: trainer.evaluate(source.test, batchSize: 256).total.accuracy,
      fingerprint: Fingerprint(of: state).description)
    return JobOutcome(
      record: TransferRecord(pretraining: record),
      weights: Checkpoint.weights(of: state, model: configuration.model))
  }
}

extension TransferJob.Transfer {
  /// What a stage is trained with; in the first the head alone learns.
  func configuration(
    _ network: TransferNetwork, isFirst: Bool, classes: Int
  ) throws(ModelError) -> RunConfiguration {
    let frozen = isFirst ? network.base.layers.count : network.frozenLayers(share: frozenShare)
    var configuration = RunConfiguration(
      model: try network.model(
        classes: classes, frozen: frozen, frozenStatistics: isInferenceMode ? .moving : .batch),
      optimizer: TransferStudy.Options.optimizer,
      schedule: LearningRateSchedule(base: (isFirst ? first : second).learningRate),
      batchSize: batchSize, seed: seed)
    configuration.dropsLast = true
    return configuration
  }

  /// Transfers a state's weights and statistics, but for its head, and validates after every epoch.
  func run<T: StudyTrainer>(
    with type: T.Type, _ network: TransferNetwork, base: ModelState, _ data: TransferData,
    _ context: JobContext<TransferStudy>
  ) throws -> JobOutcome<TransferRecord>? {
    let classes = data.training.classCount
    var configuration = try configuration(network, isFirst: true, classes: classes)
    var state = ModelState.initial(
      model: configuration.model, optimizer: configuration.optimizer, seed: seed)
    state.takeBase(of: base)
    let source = SourceShare(source: state.statistics)
    var matched = matchedMomentum.map { MovingAverages(state.statistics, momentum: $0) }
    var run = TrainingRun(
      try T(configuration, state: state, threads: context.threads), configuration)
    let samples = Double(data.training.count * epochs)
    var records: [TransferRecord.Epoch] = []
    var steps = 0
    for epoch in 0..<epochs {
      var images = data.training
      if epoch >= first.epochs, let augmentation {
        images = augmentation.applied(to: images, seed: seed, epoch: epoch)
      }
      if epoch == first.epochs {
        configuration = try self.configuration(network, isFirst: false, classes: classes)
        var next = ModelState.initial(
          model: configuration.model, optimizer: configuration.optimizer, seed: seed)
        let last = run.trainer.state
        (next.parameters, next.statistics) = (last.parameters, last.statistics)
        run = TrainingRun(
          try T(configuration, state: next, threads: context.threads), configuration,
          progress: run.progress)
      }
      let done = try run.transferEpoch(on: images, activity) { trainer, count in
        steps += 1
        matched?.take(trainer.latestStatistics)
        return context.advance(Double(count) / samples)
      }
      guard let done else { return nil }
      let trainer = run.trainer
      func accuracy(_ trainer: T) -> Double {
        trainer.evaluate(data.validation, batchSize: 256).total.accuracy
      }
      var record = TransferRecord.Epoch(
        steps: steps, trainingAccuracy: done.trainingAccuracy, trainingLoss: done.trainingLoss,
        averages: accuracy(trainer))
      if let matched = matched?.tensors {
        let state = trainer.state
        var other = state
        other.statistics = matched
        var copy = try T(configuration, state: other, threads: context.threads)
        record.matched = accuracy(copy)
        copy.measureStatistics(over: data.training)
        record.population = accuracy(copy)
        let population = copy.state.statistics
        record.sourceShare = source.left(in: state.statistics, population: population)
        record.matchedSourceShare = source.left(in: matched, population: population)
      }
      records.append(record)
    }
    let record = TransferRecord.Transfer(
      batchSize: batchSize, trial: trial, isInferenceMode: isInferenceMode, epochs: records,
      fingerprint: Fingerprint(of: run.trainer.state).description)
    return JobOutcome(record: TransferRecord(transfer: record))
  }
}

extension TrainingRun {
  /// Trains for an epoch; an error names the training by its activity.
  ///
  /// `stepDone` is given the trainer and the number of samples after each step. Where it returns
  /// false, the epoch stops, and there is no record.
  fileprivate mutating func transferEpoch(
    on images: Examples, _ activity: String, stepDone: (SomeTrainer, Int) -> Bool
  ) throws(StudyError) -> EpochRecord? {
    var goesOn = true
    let record = runEpoch(
      training: images, validation: nil, batchCompleted: { _ in goesOn },
      step: { trainer, step in
        // A last batch of one sample has no variance where maps are single positions.
        guard step.samples.count > 1 else { return Tally() }
        let tally = trainer.train(
          on: step.samples, of: step.examples, epoch: step.epoch, learningRate: step.learningRate,
          upcoming: step.upcoming)
        goesOn = tally.loss.mean.isFinite && stepDone(trainer, step.samples.count)
        return tally
      })
    guard progress.tally.count == 0 || progress.tally.loss.mean.isFinite,
      record?.trainingLoss.isFinite ?? true
    else {
      throw .lossNotANumber(training: activity, epoch: (record?.epoch ?? progress.epochs + 1))
    }
    return goesOn ? record : nil
  }
}

extension ModelState {
  /// Takes over another state's tensors, but for those that its head alone has.
  fileprivate mutating func takeBase(of other: ModelState) {
    for (index, tensor) in other.parameters.enumerated()
    where parameters.indices.contains(index) && parameters[index].name == tensor.name
      && parameters[index].shape == tensor.shape && index < parameters.count - 2
    {
      parameters[index] = tensor
    }
    statistics = other.statistics
  }
}
