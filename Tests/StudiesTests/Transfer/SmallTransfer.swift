import Datasets
import ReferenceTraining
import Testing
import TrainingCore

@testable import Studies

/// A transfer study that takes a second: images of 8×8 pixels, and a base that leaves one position.
enum SmallTransfer {
  static let base = "mobilenet-v2-tiny+width0.1+input8+notop"

  static let summary = DataSummary(
    name: "small", normalization: "unit", training: data.training, validation: data.validation,
    test: nil)

  /// Of 35 images, batches of 4 and of 8 leave three over.
  static let data = TransferData(
    source: (examples(48, brightness: 0.75), examples(12, brightness: 0.75)),
    training: examples(35, brightness: 0.25), validation: examples(18, brightness: 0.25))

  static func options(batchSizes: [Int] = [4, 8], trials: Int = 2) -> TransferStudy.Options {
    var options = TransferStudy.Options()
    options.base = base
    options.batchSizes = batchSizes
    options.trials = trials
    options.seed = 5
    options.first = .init(epochs: 2, learningRate: 0.01)
    options.second = .init(epochs: 1, learningRate: 0.003)
    options.momentum = 0.9
    options.pretraining = .init(epochs: 1, batchSize: 16)
    return options
  }

  /// Each image is brightest in the row of its class, and otherwise a pattern.
  static func examples(_ count: Int, brightness: Float, classes: Int = 4) -> Examples {
    var labels: [UInt8] = []
    var inputs: [Float] = []
    for index in 0..<count {
      let label = index * index % 7 % classes
      labels.append(UInt8(label))
      for pixel in 0..<64 {
        let pattern = Float((index * 7 + pixel * 5) % 13) / 16
        inputs.append(pixel / 16 == label ? pattern + brightness : pattern)
      }
    }
    return Examples(
      shape: ImageShape(height: 8, width: 8), classCount: classes, inputs: inputs, labels: labels)
  }

  static func study(
    _ options: TransferStudy.Options = options(), data: TransferData = data,
    weights: String? = nil
  ) throws -> TransferStudy {
    try TransferStudy(options, images: data, name: "small", source: "other", weights: weights)
  }

  static func run<T: StudyTrainer>(
    _ type: T.Type = ReferenceTrainer<Float>.self, _ options: TransferStudy.Options = options(),
    data: TransferData = data, weights: String? = nil, observer: StudyObserver = StudyObserver()
  ) throws -> StudyResult<TransferStudy> {
    try study(options, data: data, weights: weights).result(with: type, observer: observer)
  }

  static func network(
    _ options: TransferStudy.Options = options()
  ) throws -> TransferNetwork {
    try TransferNetwork(named: options.base, momentum: options.momentum)
  }

  /// A job that needs nothing, since its base is given.
  static func context() throws -> JobContext<TransferStudy> {
    JobContext(threads: 1, records: try RecordStore(in: nil, digest: "")) { _ in true }
  }

  /// The first trial's transfer at one of the options' batch sizes.
  static func job(
    _ options: TransferStudy.Options = options(), batchSize: Int, isInferenceMode: Bool = false
  ) throws -> TransferJob.Transfer {
    let transfers = TransferStudy.jobs(of: options).compactMap { job in
      if case .transfer(let transfer) = job { transfer } else { nil }
    }
    return try #require(
      transfers.first {
        $0.batchSize == batchSize && $0.trial == 0 && $0.isInferenceMode == isInferenceMode
      })
  }

  /// A base as it was drawn, with the exact statistics of the source.
  static func pretrained() throws -> ModelState {
    let configuration = RunConfiguration(
      model: try network().model(classes: 4, frozen: 0), optimizer: TransferStudy.Options.optimizer,
      schedule: LearningRateSchedule(base: 0.01), batchSize: 8, seed: 9)
    var trainer = try ReferenceTrainer<Float>(configuration, state: nil, threads: 1)
    if let source = data.source { trainer.measureStatistics(over: source.training) }
    return trainer.state
  }
}
