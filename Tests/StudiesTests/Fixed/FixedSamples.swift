import Measurement

@testable import Studies
@testable import TrainingCore

/// Results of the fixed-batch-size study as they might come out.
enum FixedSamples {
  static let arms = ["adam", "adam-sqrt", "sgd", "sgd-linear"]

  /// Every cell of a study with two trials.
  static func complete(model: String = "mlp-1", data: String = "digits") -> StudyResult<FixedStudy>
  {
    let sizes = [1, 16, 64, 128]
    var result = empty(model: model, data: data, batchSizes: sizes)
    for arm in arms {
      for (index, size) in sizes.enumerated() {
        for trial in 0..<2 {
          result.records.append(
            FixedRecord(
              training: training(
                model, arm, size, trial: trial, accuracy: 0.75 + Double(index + trial) / 64)))
        }
      }
    }
    for trained in sizes {
      for inference in sizes {
        let time = Seconds(1e-5 * (1 + Double(inference)))
        guard let sample = LatencySample(calls: [time]) else { continue }
        var record = FixedRecord()
        record.latencies = [
          .init(
            model: model, trainingBatchSize: trained,
            measured: InferenceLatency(batchSize: inference, copies: [sample, sample]))
        ]
        result.records.append(record)
      }
    }
    for inference in sizes {
      let energy = Joules(2e-4 / Double(inference))
      guard let band = EnergyBand(around: energy, share: 0.5) else { continue }
      var record = FixedRecord()
      record.energy = .init(
        model: model, inferenceBatchSize: inference,
        perImage: EnergyRecord(
          .modelled(energy, band: band), source: "a model", domain: "d", interval: Seconds(1),
          overhead: .zero))
      result.records.append(record)
    }
    result.jobCount = result.records.count
    return result
  }

  /// What an interrupt leaves after the first training.
  static func interrupted() -> StudyResult<FixedStudy> {
    var result = empty(model: "mlp-1", data: "digits", batchSizes: [1, 16])
    result.records = [
      FixedRecord(training: training("mlp-1", "adam", 1, trial: 0, accuracy: 0.8125))
    ]
    return result
  }

  static func empty(
    model: String, data: String, batchSizes: [Int]
  ) -> StudyResult<FixedStudy> {
    var options = FixedStudy.Options(models: [model], trials: 2)
    options.batchSizes = batchSizes
    let images = SmallStudy.examples(1)
    var summary = DataSummary(
      name: data, normalization: "unit", training: images, validation: images, test: images)
    (summary.training, summary.validation, summary.test) = (640, 64, 100)
    return StudyResult(
      options: options, data: summary, origins: [Origin(engine: "reference")], jobCount: 24,
      records: [])
  }

  private static func training(
    _ model: String, _ arm: String, _ size: Int, trial: Int, accuracy: Double
  ) -> FixedRecord.Training {
    FixedRecord.Training(
      model: model, arm: arm, batchSize: size, trial: trial, learningRate: 0.001,
      epochs: [
        .init(
          steps: 640 / size, learningRate: 0.001, trainingLoss: 0.5,
          publishedLoss: 0.5 / Double(size), trainingAccuracy: 0.75, validationLoss: 0.5,
          validationAccuracy: 0.75,
          seconds: arm == "adam" ? 8 / Double(size) + Double(trial) / 1024 : nil)
      ],
      testLoss: 0.625,
      testAccuracy: accuracy, publishedTestAccuracy: accuracy + 0.015625,
      curve: [.init(samples: 320, loss: 1), .init(samples: 640, loss: 0.5)],
      fingerprint: "0123456789abcdef")
  }
}
