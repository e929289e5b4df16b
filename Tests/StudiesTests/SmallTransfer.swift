import Datasets
import ReferenceTraining
import TrainingCore

@testable import Studies

/// A transfer study that takes a second: images of 8×8 pixels, and a base that leaves one position.
enum SmallTransfer {
  static let base = "mobilenet-v2-tiny+width0.1+input8+notop"

  static let summary = DataSummary(
    name: "small", normalization: "unit", training: 0, validation: 0, test: 0)

  /// Of 35 images, batches of 4 and of 8 leave three over.
  static let data = TransferData(
    source: (examples(48, brightness: 0.75), examples(12, brightness: 0.75)),
    training: examples(35, brightness: 0.25), validation: examples(18, brightness: 0.25))

  static func options(batchSizes: [Int] = [4, 8], trials: Int = 2) -> TransferOptions {
    var options = TransferOptions()
    options.base = base
    options.batchSizes = batchSizes
    options.trials = trials
    options.seed = 5
    options.first = .init(epochs: 2, learningRate: 0.01)
    options.second = .init(epochs: 1, learningRate: 0.003)
    options.momentum = 0.9
    options.pretraining.epochs = 1
    options.pretraining.batchSize = 16
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

  static func study<T: TransferTrainer>(
    _ type: T.Type = ReferenceTrainer<Float>.self, _ options: TransferOptions = options(),
    data: TransferData = data, weights: String? = nil, observer: StudyObserver = StudyObserver()
  ) throws -> TransferStudy<T> {
    try TransferStudy<T>(options, data: data, weights: weights, observer: observer)
  }

  static func run<T: TransferTrainer>(
    _ type: T.Type = ReferenceTrainer<Float>.self, _ options: TransferOptions = options(),
    data: TransferData = data, weights: String? = nil, observer: StudyObserver = StudyObserver()
  ) throws -> TransferResult {
    try study(type, options, data: data, weights: weights, observer: observer)
      .run(source: "other", summary: summary, engine: "reference")
  }

  static func network(_ options: TransferOptions = options()) throws -> TransferNetwork {
    try TransferNetwork(named: options.base, momentum: options.momentum)
  }

  static func job(
    _ options: TransferOptions = options(), batchSize: Int, isInferenceMode: Bool = false
  ) throws -> TransferJob {
    TransferJob(
      network: try network(options), options: options, batchSize: batchSize, trial: 0,
      isInferenceMode: isInferenceMode)
  }

  /// A base as it was drawn, with the exact statistics of the source.
  static func pretrained() throws -> ModelState {
    let configuration = RunConfiguration(
      model: try network().model(classes: 4, frozen: 0), optimizer: TransferOptions.optimizer,
      schedule: LearningRateSchedule(base: 0.01), batchSize: 8, seed: 9)
    var trainer = try ReferenceTrainer<Float>(configuration, state: nil, threads: 1)
    if let source = data.source { trainer.measureStatistics(over: source.training) }
    return trainer.state
  }
}
