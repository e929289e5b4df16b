import Datasets
import ReferenceTraining
import TrainingCore

@testable import Studies

/// A study that takes milliseconds: images of 2×2 pixels in three classes.
enum SmallStudy {
  static let model = "mlp:4-8-3"

  static let data = StudyData(
    training: examples(60), validation: examples(6), test: examples(20))

  static let summary = summary(of: data)

  static func summary(of data: StudyData) -> DataSummary {
    DataSummary(
      name: "small", normalization: "unit", training: data.training, validation: data.validation,
      test: data.test)
  }

  /// Each image is brightest in the pixel of its class, and otherwise a pattern.
  static func examples(_ count: Int) -> Examples {
    var labels: [UInt8] = []
    var inputs: [Float] = []
    for index in 0..<count {
      let label = index * index % 7 % 3
      labels.append(UInt8(label))
      for pixel in 0..<4 {
        let pattern = Float((index * 7 + pixel * 3) % 11) / 8 - 0.5
        inputs.append(pixel == label ? pattern + 1 : pattern)
      }
    }
    return Examples(
      shape: ImageShape(height: 2, width: 2), classCount: 3, inputs: inputs, labels: labels)
  }

  /// Batches of 1, 4 and 7, of which 4 is the base and divides the 60 images, and 7 doesn't.
  static func options(
    models: [String] = [model], batchSizes: [Int] = [1, 4, 7], trials: Int = 2, seed: UInt64 = 5
  ) -> FixedStudy.Options {
    var options = FixedStudy.Options(models: models, trials: trials)
    options.batchSizes = batchSizes
    options.seed = seed
    options.baseBatchSize = 4
    options.latencySeconds = 0
    return options
  }

  static func study(
    _ options: FixedStudy.Options = options(), data: StudyData = data
  ) throws -> FixedStudy {
    try FixedStudy(options, data: data, summary: summary(of: data))
  }

  static func run<T: StudyTrainer>(
    _ type: T.Type = ReferenceTrainer<Float>.self, _ options: FixedStudy.Options = options(),
    data: StudyData = data, observer: StudyObserver = StudyObserver()
  ) throws -> StudyResult<FixedStudy> {
    try study(options, data: data).result(with: type, observer: observer)
  }
}

/// Which training of a study.
struct Cell: Hashable {
  let arm: String
  let batchSize: Int
  let trial: Int
}

extension FixedRecord.Training {
  var cell: Cell { Cell(arm: arm, batchSize: batchSize, trial: trial) }

  /// The training without its times, which are all that may differ between two runs.
  var withoutTimes: Self {
    var copy = self
    for index in copy.epochs.indices { copy.epochs[index].seconds = nil }
    return copy
  }
}

extension StudyResult<FixedStudy> {
  func training(_ arm: String, _ batchSize: Int, trial: Int = 0) -> FixedRecord.Training? {
    trainings.first { $0.cell == Cell(arm: arm, batchSize: batchSize, trial: trial) }
  }
}
