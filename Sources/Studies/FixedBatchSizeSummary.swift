import Measurement
import Statistics

/// One row of the fixed-batch-size study: a model, an arm and a batch size over all trials.
public struct FixedBatchSizeRow: Codable, Sendable {
  /// The model's name.
  public var model: String
  /// The arm's name.
  public var arm: String
  /// The training batch size.
  public var batchSize: Int
  /// The learning rate after scaling.
  public var learningRate: Double
  /// Seconds of training per epoch, a trial's epochs averaged; nil where it didn't run alone.
  public var secondsPerEpoch: TrialMean?
  /// Per cent of test images classified correctly, over trials.
  public var accuracyPercent: TrialMean?
  /// The same by the published formula: the mean of the batches' accuracies.
  public var publishedAccuracyPercent: TrialMean?
  /// Test loss per image, over trials.
  public var testLoss: TrialMean?
  /// Training loss per sample in the last epoch, over trials.
  public var trainingLoss: TrialMean?
  /// The same by the published formula: the sum of the batches' means over the number of samples.
  public var publishedTrainingLoss: TrialMean?
  /// Seconds per image at an inference batch size equal to the training batch size.
  public var latency: Seconds?
  /// Energy of one inference at that batch size, by the best source there is; nil where it wasn't
  /// measured.
  public var energyRecord: EnergyRecord?
  /// Energy of one inference by the published model.
  public var energy: Estimate<Joules>
  /// CO₂-equivalent of one inference by the published model.
  public var carbon: Estimate<Grams>
}

extension FixedBatchSizeResult {
  /// One row for each model, arm and batch size that was trained.
  public var rows: [FixedBatchSizeRow] {
    var order: [[String]] = []
    var groups: [[String]: [Training]] = [:]
    for training in trainings {
      let key = [training.model, training.arm, String(training.batchSize)]
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(training)
    }
    return order.compactMap { groups[$0].flatMap(row) }
  }

  /// The rows of one arm.
  ///
  /// - Parameters:
  ///   - arm: The arm's name.
  ///   - model: The model's name.
  /// - Returns: A row for each batch size.
  public func rows(arm: String, model: String) -> [FixedBatchSizeRow] {
    rows.filter { $0.arm == arm && $0.model == model }
  }

  /// The latency of a model at one pair of batch sizes.
  ///
  /// - Parameters:
  ///   - model: The model's name.
  ///   - training: The batch size that it was trained with.
  ///   - inference: The images per forward pass.
  /// - Returns: The latency, or nil where it wasn't measured.
  public func latency(model: String, training: Int, inference: Int) -> Latency? {
    latencies.first {
      $0.model == model && $0.trainingBatchSize == training && $0.inferenceBatchSize == inference
    }
  }

  /// The energy of an image's inference.
  ///
  /// - Parameters:
  ///   - model: The model's name.
  ///   - inference: The images per forward pass.
  /// - Returns: The energy, or nil where it wasn't measured.
  public func energy(model: String, inference: Int) -> EnergyRecord? {
    energies.first { $0.model == model && $0.inferenceBatchSize == inference }?.perImage
  }

  private func row(_ trainings: [Training]) -> FixedBatchSizeRow? {
    guard let first = trainings.first else { return nil }
    let timed = trainings.filter(\.isTimed).map { training in
      training.epochs.reduce(0) { $0 + $1.seconds } / Double(training.epochs.count)
    }
    let isPublished = first.arm == FixedBatchSizeOptions.Arm.published.name
    let latency =
      isPublished
      ? latency(model: first.model, training: first.batchSize, inference: first.batchSize) : nil
    let time: Estimate<Seconds> =
      latency.map { .measured($0.perImage) } ?? .unavailable(reason: "latency not measured")
    return FixedBatchSizeRow(
      model: first.model, arm: first.arm, batchSize: first.batchSize,
      learningRate: first.learningRate, secondsPerEpoch: TrialMean(timed),
      accuracyPercent: TrialMean(trainings.map { $0.testAccuracy * 100 }),
      publishedAccuracyPercent: TrialMean(trainings.map { $0.publishedTestAccuracy * 100 }),
      testLoss: TrialMean(trainings.map(\.testLoss)),
      trainingLoss: TrialMean(trainings.compactMap { $0.epochs.last?.trainingLoss }),
      publishedTrainingLoss: TrialMean(trainings.compactMap(\.publishedLosses.last)),
      latency: latency?.perImage,
      energyRecord: isPublished
        ? energy(model: first.model, inference: first.batchSize) : nil,
      energy: EnergyModel.published.energy(for: time),
      carbon: EnergyModel.published.carbon(for: time))
  }
}
