import Measurement

@testable import Studies
@testable import TrainingCore

/// Results as they might have been measured, to draw conclusions from.
struct MadeUpResult {
  /// One figure for each trial, by batch size.
  var secondsPerEpoch: [Int: [Double]] = [:]
  /// Shares of images, likewise.
  var accuracies: [Int: [Double]] = [:]
  /// The same with rates scaled by the root of the batch size.
  var scaledAccuracies: [Int: [Double]] = [:]
  /// Seconds per pass, by training and inference batch size.
  var latencies: [Int: [Int: Double]] = [:]

  static let model = "mlp:4-8-3"

  var claims: [Claim] { result.claims(model: Self.model) }

  func verdict(_ beginning: String) -> Claim.Verdict? {
    claims.first { $0.text.hasPrefix(beginning) }?.verdict
  }

  var result: StudyResult<FixedStudy> {
    var result = StudyResult<FixedStudy>(
      options: SmallStudy.options(batchSizes: accuracies.keys.sorted()), data: SmallStudy.summary,
      origins: [Origin(engine: "reference")], jobCount: 0, records: [])
    result.records = (trainings("adam", accuracies) + trainings("adam-sqrt", scaledAccuracies))
      .map { FixedRecord(training: $0) }
    for (training, byInference) in latencies.sorted(by: { $0.key < $1.key }) {
      for (inference, seconds) in byInference.sorted(by: { $0.key < $1.key }) {
        guard let sample = LatencySample(calls: [Seconds(seconds)]) else { continue }
        var record = FixedRecord()
        record.latencies = [
          .init(
            model: Self.model, trainingBatchSize: training,
            measured: InferenceLatency(batchSize: inference, copies: [sample]))
        ]
        result.records.append(record)
      }
    }
    return result
  }

  private func trainings(
    _ arm: String, _ accuracies: [Int: [Double]]
  ) -> [FixedRecord.Training] {
    accuracies.sorted { $0.key < $1.key }.flatMap { size, trials in
      trials.enumerated().map { trial, accuracy in
        FixedRecord.Training(
          model: Self.model, arm: arm, batchSize: size, trial: trial, learningRate: 0.001,
          epochs: [
            .init(
              steps: 60 / size, learningRate: 0.001, trainingLoss: 0.5,
              publishedLoss: 0.5 / Double(size), trainingAccuracy: 0.5,
              seconds: arm == "adam" ? secondsPerEpoch[size]?[trial] ?? 1 : nil)
          ],
          testLoss: 0.5,
          testAccuracy: accuracy, publishedTestAccuracy: accuracy, curve: [], fingerprint: "0")
      }
    }
  }
}
