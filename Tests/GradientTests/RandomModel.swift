import GradientOracles
import PropertyTesting
import TrainingCore
import Verification

@testable import ReferenceTraining

extension Choices {
  /// A model of up to five layers of any kind and a dense one, and sometimes one behind it; or of up
  /// to six layers over images of at most 6×6 positions and four channels, and a dense one.
  ///
  /// Either may have a binary loss, and layers that are frozen.
  mutating func model() throws -> ModelSpec {
    var model = try oneIn(2) ? imageModel() : perceptron()
    if model.loss == .softmaxCrossEntropy, oneIn(3) {
      model = try model.counting(by: crossEntropy(outputs: model.outputCount))
    }
    return try oneIn(5) ? model.freezing(integer(in: 0...model.layers.count - 1)) : model
  }

  /// Label smoothing, class weights, or both.
  mutating func crossEntropy(outputs: Int) -> CrossEntropySpec {
    let smoothing = pick([0, 0.1, 0.7])
    let isWeighted = smoothing == 0 || oneIn(2)
    return CrossEntropySpec(
      labelSmoothing: smoothing,
      classWeights: isWeighted ? array(outputs) { $0.pick([0.3, 1, 2.5]) } : [])
  }

  private mutating func imageModel() throws -> ModelSpec {
    let words = try imageWords(extent: 6, channels: 4)
    return try ModelSpec(
      words: words + (oneIn(3) ? " dense1 binary" : " dense\(integer(in: 1...6))"))
  }

  private mutating func perceptron() throws -> ModelSpec {
    let inputs = integer(in: 1...7)
    var features = inputs
    var layers: [LayerSpec] = []
    for _ in 0..<integer(in: 0...5) { layers.append(layer(&features)) }
    let isBinary = oneIn(4)
    let outputs = isBinary ? 1 : integer(in: 1...6)
    layers.append(.dense(inputs: features, outputs: outputs))
    features = outputs
    if !isBinary, oneIn(4) { layers.append(layer(&features)) }
    return try ModelSpec(
      name: "\(inputs) inputs, \(layers)",
      input: ImageShape(height: 1, width: 1, channels: inputs), layers: layers,
      loss: isBinary ? .binaryCrossEntropy : .softmaxCrossEntropy)
  }

  private mutating func layer(_ features: inout Int) -> LayerSpec {
    switch integer(in: 0...10) {
    case 0...2:
      let outputs = integer(in: 1...7)
      defer { features = outputs }
      return .dense(inputs: features, outputs: outputs)
    case 3: return .relu
    case 4: return .tanh
    case 5: return .dropout(rate: pick([0.5, 0.25, 0.8]))
    case 6: return .batchNorm(.pytorch(features: features))
    case 7: return .batchNorm(.pytorch(features: features, groupSize: integer(in: 2...4)))
    case 8: return .gelu
    case 9: return .groupNorm(GroupNormSpec(features: features))
    default: return .batchNorm(.keras(features: features))
    }
  }
}

/// One call of a trainer.
struct Call<S: Scalar> {
  let inputs: Matrix<S>
  let labels: [UInt8]
  let samples: [Int]
  let epoch: Int

  init(
    count: Int, model: ModelSpec, epoch: Int, _ choices: inout Choices
  ) where S: RandomScalar {
    inputs = choices.matrix(rows: count, columns: model.input.count)
    labels = choices.labels(count, classes: model.classCount)
    samples = choices.array(count) { $0.integer(in: 0...999) }
    self.epoch = epoch
  }

  init(inputs: Matrix<S>, labels: [UInt8], samples: [Int], epoch: Int) {
    self.inputs = inputs
    self.labels = labels
    self.samples = samples
    self.epoch = epoch
  }

  var lifted: Call<Dual<S>> {
    Call<Dual<S>>(inputs: inputs.lifted(), labels: labels, samples: samples, epoch: epoch)
  }
}

extension ReferenceTrainer {
  /// Runs some calls, and returns the sum of all samples' losses.
  mutating func accumulate(_ calls: [Call<S>]) -> S {
    calls.reduce(.zero) { sum, call in
      accumulateGradient(
        inputs: call.inputs, labels: call.labels, samples: call.samples, epoch: call.epoch
      ).losses.reduce(sum, +)
    }
  }

  /// The same trainer with other numbers, and the same configuration where a gradient depends on it.
  func sibling<T>(
    _ parameters: [Parameters<T>], _ statistics: [BatchNorm.MovingStatistics<T>]
  ) throws -> ReferenceTrainer<T> {
    let configuration = RunConfiguration(
      model: model, optimizer: optimizer, schedule: LearningRateSchedule(base: 0.1), batchSize: 1,
      seed: seed)
    var sibling = try ReferenceTrainer<T>(configuration)
    sibling.parameters = parameters
    sibling.statistics = statistics
    return sibling
  }

  /// The same trainer in dual numbers, with a direction for the parameters' derivatives.
  func lifted(along direction: [Parameters<S>]) throws -> ReferenceTrainer<Dual<S>> {
    try sibling(
      zip(parameters, direction).map { $0.lifted(along: $1) }, statistics.map(\.lifted))
  }
}

extension ReferenceTrainer {
  /// On which side of every kink a call comes.
  func branches(_ call: Call<S>) -> [Int] {
    branches(inputs: call.inputs, samples: call.samples, epoch: call.epoch)
  }
}
