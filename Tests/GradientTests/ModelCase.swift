import GradientOracles
import PropertyTesting
import TrainingCore
import Verification

@testable import ReferenceTraining

/// A random model with random parameters, and one to three calls with random samples.
///
/// The gradients start at random contents, because a trainer adds to what is there.
struct ModelCase<S: RandomScalar>: CustomStringConvertible {
  let trainer: ReferenceTrainer<S>
  let calls: [Call<S>]
  let direction: [Parameters<S>]

  /// Draws a case; the model and the samples of each call may be given.
  init(_ choices: inout Choices, model: ModelSpec? = nil, callsOf sizes: [Int]? = nil) throws {
    let model = try model ?? choices.model()
    let configuration = RunConfiguration(
      model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.1),
      batchSize: 1, seed: choices.draw(upTo: 99))
    var trainer = try ReferenceTrainer<S>(configuration, state: choices.state(of: configuration))
    trainer.parameters = choices.parameters(like: trainer.parameters)
    trainer.gradients = choices.parameters(like: trainer.parameters)
    direction = choices.parameters(like: trainer.parameters)
    let sizes = sizes ?? choices.array(choices.pick([1, 1, 2, 3])) { $0.integer(in: 1...9) }
    calls = sizes.map { count in
      Call(count: count, model: model, epoch: choices.integer(in: 0...3), &choices)
    }
    self.trainer = trainer
  }

  /// The same model with other calls.
  init(_ other: Self, calls: [Call<S>]) {
    trainer = other.trainer
    direction = other.direction
    self.calls = calls
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

  /// The random direction, of what is learned alone.
  var learnedDirection: [Parameters<S>] {
    direction.enumerated().map { $0 < trainer.frozenParameters ? $1.zeros : $1 }
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
    /// Whether it belongs to a layer that keeps its weights, of which there is no gradient.
    let isFrozen: Bool
  }

  /// The random direction, one tensor at a time; a bias that isn't there is none.
  var tensorDirections: [TensorDirection] {
    trainer.parameters.indices.flatMap { layer in
      [("weight", \Parameters<S>.weight), ("bias", \.bias)].compactMap { name, path in
        guard !trainer.parameters[layer][keyPath: path].elements.isEmpty else { return nil }
        var only = trainer.parameters.map(\.zeros)
        only[layer][keyPath: path] = direction[layer][keyPath: path]
        return TensorDirection(
          name: "\(name) \(layer)", tensor: (layer, path), direction: only,
          isFrozen: layer < trainer.frozenParameters)
      }
    }
  }

  /// The sum of the products of elements at the same place.
  static func dot(_ a: [Parameters<S>], _ b: [Parameters<S>]) -> S {
    zip(a, b).reduce(.zero) { $0 + $1.0.dot($1.1) }
  }
}
