import GradientOracles
import PropertyTesting
import TrainingCore

@testable import ReferenceTraining

extension Choices {
  /// A model of up to five layers of any kind and a dense one, and sometimes one behind it.
  mutating func model() throws -> ModelSpec {
    let inputs = integer(in: 1...7)
    var features = inputs
    var layers: [LayerSpec] = []
    for _ in 0..<integer(in: 0...5) { layers.append(layer(&features)) }
    let outputs = integer(in: 1...6)
    layers.append(.dense(inputs: features, outputs: outputs))
    features = outputs
    if oneIn(4) { layers.append(layer(&features)) }
    return try ModelSpec(
      name: "\(inputs) inputs, \(layers)",
      input: ImageShape(height: 1, width: 1, channels: inputs), layers: layers)
  }

  private mutating func layer(_ features: inout Int) -> LayerSpec {
    switch integer(in: 0...8) {
    case 0...2:
      let outputs = integer(in: 1...7)
      defer { features = outputs }
      return .dense(inputs: features, outputs: outputs)
    case 3: return .relu
    case 4: return .tanh
    case 5: return .dropout(rate: pick([0.5, 0.25, 0.8]))
    case 6: return .batchNorm(.pytorch(features: features))
    case 7: return .batchNorm(.pytorch(features: features, groupSize: integer(in: 2...4)))
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
    labels = choices.labels(count, classes: model.outputCount)
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
  /// Runs some calls.
  ///
  /// - Returns: The sum of all samples' losses.
  mutating func accumulate(_ calls: [Call<S>]) -> S {
    calls.reduce(.zero) { sum, call in
      accumulateGradient(
        inputs: call.inputs, labels: call.labels, samples: call.samples, epoch: call.epoch
      ).losses.reduce(sum, +)
    }
  }

  /// The same trainer with other numbers, and the same configuration where a gradient depends on it.
  func sibling<T>(_ parameters: [Parameters<T>]) throws -> ReferenceTrainer<T> {
    let configuration = RunConfiguration(
      model: model, optimizer: optimizer, schedule: LearningRateSchedule(base: 0.1), batchSize: 1,
      seed: seed)
    var sibling = try ReferenceTrainer<T>(configuration)
    sibling.parameters = parameters
    return sibling
  }

  /// The same trainer in dual numbers.
  ///
  /// - Parameter direction: The parameters' derivatives.
  func lifted(along direction: [Parameters<S>]) throws -> ReferenceTrainer<Dual<S>> {
    try sibling(zip(parameters, direction).map { $0.lifted(along: $1) })
  }
}

/// A random model with random parameters, and one to three calls with random samples.
///
/// The gradients start at random contents, because a trainer adds to what is there.
struct ModelCase<S: RandomScalar>: CustomStringConvertible {
  let trainer: ReferenceTrainer<S>
  let calls: [Call<S>]
  let direction: [Parameters<S>]

  /// - Parameters:
  ///   - choices: Where it is drawn from.
  ///   - model: The model, or nil for a random one.
  ///   - sizes: The samples of each call, or nil for random ones.
  init(_ choices: inout Choices, model: ModelSpec? = nil, callsOf sizes: [Int]? = nil) throws {
    let model = try model ?? choices.model()
    let configuration = RunConfiguration(
      model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.1),
      batchSize: 1, seed: choices.draw(upTo: 99))
    var trainer = try ReferenceTrainer<S>(configuration)
    trainer.parameters = choices.parameters(like: trainer.parameters)
    trainer.gradients = choices.parameters(like: trainer.parameters)
    direction = choices.parameters(like: trainer.parameters)
    let sizes = sizes ?? choices.array(choices.pick([1, 1, 2, 3])) { $0.integer(in: 1...9) }
    calls = sizes.map { count in
      Call(count: count, model: model, epoch: choices.integer(in: 0...3), &choices)
    }
    self.trainer = trainer
  }

  var description: String {
    "\(trainer.model.name), seed \(trainer.seed), calls of \(calls.map(\.labels.count))"
  }

  /// What the calls add to the gradients.
  var gradient: [Parameters<S>] {
    var trainer = trainer
    _ = trainer.accumulate(calls)
    return zip(trainer.gradients, self.trainer.gradients).map { $0.less($1) }
  }

  /// The summed loss's derivative along a direction, by dual numbers.
  func derivative(along direction: [Parameters<S>]) throws -> S {
    var lifted = try trainer.lifted(along: direction)
    return lifted.accumulate(calls.map(\.lifted)).derivative
  }

  /// A direction in which only one tensor moves.
  struct TensorDirection {
    let name: String
    let tensor: (layer: Int, WritableKeyPath<Parameters<S>, Matrix<S>> & Sendable)
    let direction: [Parameters<S>]
  }

  /// The random direction, one tensor at a time.
  var tensorDirections: [TensorDirection] {
    trainer.parameters.indices.flatMap { layer in
      [("weight", \Parameters<S>.weight), ("bias", \.bias)].map { name, path in
        var only = trainer.parameters.map(\.zeros)
        only[layer][keyPath: path] = direction[layer][keyPath: path]
        return TensorDirection(
          name: "\(name) \(layer)", tensor: (layer, path), direction: only)
      }
    }
  }

  /// The sum of the products of elements at the same place.
  static func dot(_ a: [Parameters<S>], _ b: [Parameters<S>]) -> S {
    zip(a, b).reduce(.zero) { $0 + $1.0.dot($1.1) }
  }
}
