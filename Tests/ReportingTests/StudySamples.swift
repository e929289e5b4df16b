import Measurement

@testable import Studies
@testable import TrainingCore

/// Results of the fixed-batch-size study as they might come out.
enum StudySamples {
  static let arms = ["adam", "adam-sqrt", "sgd", "sgd-linear"]

  /// Every cell of a study with two trials.
  static func complete(model: String = "mlp-1", data: String = "digits") -> FixedBatchSizeResult {
    let sizes = [1, 16, 64, 128]
    var result = empty(model: model, data: data, batchSizes: sizes)
    result.isComplete = true
    for arm in arms {
      for (index, size) in sizes.enumerated() {
        for trial in 0..<2 {
          result.trainings.append(
            training(model, arm, size, trial: trial, accuracy: 0.75 + Double(index + trial) / 64))
        }
      }
    }
    for trained in sizes {
      for inference in sizes {
        let time = Seconds(1e-5 * (1 + Double(inference)))
        guard let sample = LatencySample(calls: [time]) else { continue }
        result.latencies.append(
          .init(
            model: model, trainingBatchSize: trained,
            measured: InferenceLatency(batchSize: inference, copies: [sample, sample])))
      }
    }
    for inference in sizes {
      let energy = Joules(2e-4 / Double(inference))
      guard let band = EnergyBand(around: energy, share: 0.5) else { continue }
      result.energies.append(
        .init(
          model: model, inferenceBatchSize: inference,
          perImage: EnergyRecord(
            .modelled(energy, band: band), source: "a model", domain: "d", interval: Seconds(1),
            overhead: .zero)))
    }
    return result
  }

  /// What an interrupt leaves after the first training.
  static func interrupted() -> FixedBatchSizeResult {
    var result = empty(model: "mlp-1", data: "digits", batchSizes: [1, 16])
    result.trainings = [training("mlp-1", "adam", 1, trial: 0, accuracy: 0.8125)]
    return result
  }

  static func empty(
    model: String, data: String, batchSizes: [Int]
  ) -> FixedBatchSizeResult {
    var result = FixedBatchSizeResult(
      options: FixedBatchSizeOptions(models: [model], batchSizes: batchSizes, trials: 2),
      data: .init(name: data, normalization: "unit", training: 640, validation: 64, test: 100),
      machine: .current, engine: "reference")
    if let spec = try? ModelSpec(named: "mlp-1") {
      result.models = [.init(name: model, cost: ModelCost(of: spec), bytes: 3_256_664)]
    }
    return result
  }

  private static func training(
    _ model: String, _ arm: String, _ size: Int, trial: Int, accuracy: Double
  ) -> FixedBatchSizeResult.Training {
    FixedBatchSizeResult.Training(
      model: model, arm: arm, batchSize: size, trial: trial, learningRate: 0.001,
      epochs: [
        EpochRecord(
          epoch: 1, steps: 640 / size, learningRate: 0.001, trainingLoss: 0.5,
          trainingAccuracy: 0.75, validationLoss: 0.5, validationAccuracy: 0.75,
          seconds: 8 / Double(size) + Double(trial) / 1024)
      ],
      isTimed: arm == "adam", publishedLosses: [0.5 / Double(size)], testLoss: 0.625,
      testAccuracy: accuracy, publishedTestAccuracy: accuracy + 0.015625,
      curve: [.init(samples: 320, loss: 1), .init(samples: 640, loss: 0.5)],
      fingerprint: "0123456789abcdef")
  }
}
