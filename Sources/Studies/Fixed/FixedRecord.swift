import Files
import Measurement
import Statistics
import TrainingCore

/// What a job of the fixed-batch-size study came to: a training, or latencies and an energy.
package struct FixedRecord: Codable, Sendable {
  package var training: Training?
  package var latencies: [Latency]?
  package var energy: Energy?

  package struct Training: Codable, Hashable, Sendable {
    package var model: String
    package var arm: String
    package var batchSize: Int
    /// The trial, from 0.
    package var trial: Int
    /// The learning rate after scaling.
    package var learningRate: Double
    package var epochs: [Epoch]
    /// Loss per test image.
    package var testLoss: Double
    /// Share of test images classified correctly.
    package var testAccuracy: Double
    /// Test accuracy by the published formula: the mean of the batches' accuracies.
    package var publishedTestAccuracy: Double
    /// Loss per sample over stretches of the training.
    package var curve: [CurvePoint]
    package var fingerprint: String

    /// Mean seconds of an epoch; nil where it didn't run alone.
    package var secondsPerEpoch: Double? {
      let seconds = epochs.compactMap(\.seconds)
      return seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count)
    }
  }

  package struct Epoch: Codable, Hashable, Sendable {
    /// Steps done since the start of the training.
    package var steps: Int
    /// The learning rate of the epoch's last step.
    package var learningRate: Double
    /// Loss per sample, each at the weights of its own step.
    package var trainingLoss: Double
    /// The same by the published formula: the sum of the batches' means over the number of samples.
    package var publishedLoss: Double
    /// Share of samples classified correctly, each at the weights of its own step.
    package var trainingAccuracy: Double
    /// Per held-out sample after the epoch.
    package var validationLoss: Double?
    package var validationAccuracy: Double?
    /// Seconds of training, without validation; nil where it didn't run alone.
    package var seconds: Double?
  }

  /// Loss over one stretch of a training.
  package struct CurvePoint: Codable, Hashable, Sendable {
    /// Samples seen by the end of the stretch.
    package var samples: Int
    /// Mean loss per sample within it, each at the weights of its own step.
    package var loss: Double
  }

  /// The energy of an image's inference, whatever the training batch size.
  package struct Energy: Codable, Hashable, Sendable {
    package var model: String
    /// Images per forward pass.
    package var inferenceBatchSize: Int
    package var perImage: EnergyRecord
  }

  package struct Latency: Codable, Hashable, Sendable {
    package var model: String
    package var trainingBatchSize: Int
    package var measured: InferenceLatency

    package var inferenceBatchSize: Int { measured.batchSize }
    package var perImage: Seconds { measured.perImage }
  }
}

extension FixedStudy {
  package static func withoutTimes(_ record: FixedRecord) -> FixedRecord {
    var rest = FixedRecord(training: record.training)
    for epoch in rest.training?.epochs.indices ?? 0..<0 {
      rest.training?.epochs[epoch].seconds = nil
    }
    return rest
  }
}

/// A model, an arm and a batch size over all trials.
package struct FixedRow {
  /// One of each trial.
  let trainings: [FixedRecord.Training]
  /// Seconds per image at an inference batch size equal to the training batch size.
  let latency: Seconds?
  /// Energy of one inference at that batch size, by the best source there is.
  let energyRecord: EnergyRecord?

  var model: String { trainings[0].model }
  var arm: String { trainings[0].arm }
  var batchSize: Int { trainings[0].batchSize }
  /// The learning rate after scaling.
  var learningRate: Double { trainings[0].learningRate }
  /// Seconds of training per epoch, a trial's epochs averaged; nil where it didn't run alone.
  var secondsPerEpoch: TrialMean? { mean(\.secondsPerEpoch) }
  /// Per cent of test images classified correctly.
  var accuracyPercent: TrialMean? { mean { $0.testAccuracy * 100 } }
  /// The same by the published formula: the mean of the batches' accuracies.
  var publishedAccuracyPercent: TrialMean? { mean { $0.publishedTestAccuracy * 100 } }
  var testLoss: TrialMean? { mean(\.testLoss) }
  /// Training loss per sample in the last epoch.
  var trainingLoss: TrialMean? { mean { $0.epochs.last?.trainingLoss } }
  /// The same by the published formula: the sum of the batches' means over the number of samples.
  var publishedTrainingLoss: TrialMean? { mean { $0.epochs.last?.publishedLoss } }
  /// Energy of one inference by the published model.
  var energy: Estimate<Joules> { EnergyModel.published.energy(for: time) }
  /// CO₂-equivalent of one inference by the published model.
  var carbon: Estimate<Grams> { EnergyModel.published.carbon(for: time) }

  private var time: Estimate<Seconds> {
    latency.map { .measured($0) } ?? .unavailable(reason: "latency not measured")
  }

  private func mean(_ figure: (FixedRecord.Training) -> Double?) -> TrialMean? {
    TrialMean(trainings.compactMap(figure))
  }
}

extension StudyResult<FixedStudy> {
  package var trainings: [FixedRecord.Training] { records.compactMap(\.training) }
  /// One entry per model, training batch size and inference batch size.
  package var latencies: [FixedRecord.Latency] { records.compactMap(\.latencies).flatMap { $0 } }
  /// One entry per model and inference batch size.
  package var energies: [FixedRecord.Energy] { records.compactMap(\.energy) }

  /// One row for each model, arm and batch size that was trained, arm by arm.
  package var rows: [FixedRow] {
    let groups = Dictionary(grouping: trainings) { [$0.model, $0.arm, String($0.batchSize)] }
    return options.models.flatMap { model in
      FixedStudy.Arm.all.flatMap { arm in
        options.batchSizes.compactMap { groups[[model, arm.name, String($0)]].flatMap(row) }
      }
    }
  }

  package func rows(arm: String, model: String? = nil) -> [FixedRow] {
    rows.filter { $0.arm == arm && (model == nil || $0.model == model) }
  }

  /// The latency of a model at one pair of batch sizes, or nil where it wasn't measured.
  package func latency(model: String, training: Int, inference: Int) -> FixedRecord.Latency? {
    latencies.first {
      $0.model == model && $0.trainingBatchSize == training && $0.inferenceBatchSize == inference
    }
  }

  private func row(_ trainings: [FixedRecord.Training]) -> FixedRow? {
    guard let first = trainings.first else { return nil }
    let (size, isPublished) = (first.batchSize, first.arm == FixedStudy.Arm.published.name)
    let latency =
      isPublished ? latency(model: first.model, training: size, inference: size)?.perImage : nil
    return FixedRow(
      trainings: trainings, latency: latency,
      energyRecord: energies.first {
        isPublished && $0.model == first.model && $0.inferenceBatchSize == size
      }?.perImage)
  }
}
