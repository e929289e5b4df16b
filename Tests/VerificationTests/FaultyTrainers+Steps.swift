import Foundation
import TrainingCore

@testable import ReferenceTraining

/// Steps three times as far uphill, and divides by the batch size twice.
struct StepsThriceUphill: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.step(learningRate: -3 * learningRate, batchSize: batchSize * batchSize)
  }
}

/// Adds the gradient instead of subtracting it.
struct StepsUphill: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.step(learningRate: -learningRate, batchSize: batchSize)
  }
}

/// Steps twice as far as it should.
struct StepsTwiceAsFar: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.step(learningRate: 2 * learningRate, batchSize: batchSize)
  }
}

/// Steps by the sum of the losses' gradients.
struct ForgetsToDivide: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.step(learningRate: learningRate, batchSize: 1)
  }
}

/// Divides by the number of samples, whatever weights their classes have.
struct DividesByTheCount: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.weightSum = Float(batchSize)
    correct.step(learningRate: learningRate, batchSize: batchSize)
  }
}

/// Divides by the batch size twice in every step.
struct DividesTwiceInTheStep: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.step(learningRate: learningRate, batchSize: batchSize * batchSize)
  }
}

/// Leaves the gradient as it is after a step.
struct KeepsTheGradient: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    let gradients = correct.gradients
    correct.step(learningRate: learningRate, batchSize: batchSize)
    correct.gradients = gradients
  }
}

/// Counts the steps from 2 in Adam's corrections.
struct CountsFromTwo: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.steps += 1
    correct.step(learningRate: learningRate, batchSize: batchSize)
    correct.steps -= 1
  }
}

/// Counts the steps from 0 in Adam's corrections, but for the first.
struct CountsFromZero: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    let step = correct.steps
    correct.steps = max(step - 1, 0)
    correct.step(learningRate: learningRate, batchSize: batchSize)
    correct.steps = step + 1
  }
}

/// Keeps what is left of momentum and moments below the normal numbers.
struct KeepsSubnormalSlots: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    let (before, frozen) = ((correct.firstSlot, correct.secondSlot), correct.frozenParameters)
    correct.step(learningRate: learningRate, batchSize: batchSize)
    func keep(_ old: [Parameters<Float>], _ new: inout [Parameters<Float>]) {
      for index in new.indices where index >= frozen {
        new[index].weight = new[index].weight.combined(with: old[index].weight, half)
        new[index].bias = new[index].bias.combined(with: old[index].bias, half)
      }
    }
    func half(_ new: Float, _ old: Float) -> Float { new == 0 ? old / 2 : new }
    keep(before.0, &correct.firstSlot)
    keep(before.1, &correct.secondSlot)
  }
}

/// Adds Adam's ε under the root.
struct AddsEpsilonUnderTheRoot: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    guard let spec = correct.optimizer.adamSpec else { return }
    let before = correct.parameters
    correct.step(learningRate: learningRate, batchSize: batchSize)
    let corrections = spec.corrections(step: correct.steps, learningRate: learningRate)
    func stepped(_ weight: Matrix<Float>, _ m: Matrix<Float>, _ v: Matrix<Float>) -> [Float] {
      weight.elements.indices.map { index in
        let scale = corrections.rootScale * corrections.rootScale
        let root = (Double(v.elements[index]) * scale + spec.epsilon).squareRoot()
        let move = corrections.stepSize * Double(m.elements[index]) / root
        return Float(Double(weight.elements[index]) - move)
      }
    }
    for (index, pair) in before.enumerated() where index >= correct.frozenParameters {
      let (m, v) = (correct.firstSlot[index], correct.secondSlot[index])
      correct.parameters[index].weight.elements = stepped(pair.weight, m.weight, v.weight)
      correct.parameters[index].bias.elements = stepped(pair.bias, m.bias, v.bias)
    }
  }
}

/// Takes AdamW's decay from the weights after the step, not before it.
struct DecaysAfterTheStep: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    let before = correct.parameters
    correct.step(learningRate: learningRate, batchSize: batchSize)
    let kept = 1 - learningRate * correct.optimizer.weightDecay
    func late(_ new: Float, _ old: Float) -> Float {
      Float(kept * (Double(old) + (Double(new) - kept * Double(old))))
    }
    for (index, pair) in before.enumerated() where index >= correct.frozenParameters {
      let new = correct.parameters[index]
      correct.parameters[index].weight = new.weight.combined(with: pair.weight, late)
      correct.parameters[index].bias = new.bias.combined(with: pair.bias, late)
    }
  }
}

/// Moves frozen layers too.
struct MovesFrozenLayers: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  mutating func step(learningRate: Double, batchSize: Int) {
    correct.step(learningRate: learningRate, batchSize: batchSize)
    for index in 0..<correct.frozenParameters {
      correct.parameters[index].bias.elements = correct.parameters[index].bias.elements.map {
        $0 * (1 - Float(learningRate))
      }
    }
  }
}

/// A mistake in what an optimizer is configured with.
protocol WrongSetting {
  static func change(_ configuration: inout RunConfiguration)
}

/// Trains with another setting than it is given.
struct Misset<Setting: WrongSetting & Sendable>: FaultyTrainer {
  var correct: ReferenceTrainer<Float>
  init(correct: ReferenceTrainer<Float>) { self.correct = correct }
  init(
    _ configuration: RunConfiguration, state: ModelState?, threads: Int?
  ) throws(ModelError) {
    var configuration = configuration
    Setting.change(&configuration)
    correct = try ReferenceTrainer(configuration, state: state)
  }
}

/// Momentum that is 5 % too small.
enum SmallerMomentum: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    switch configuration.optimizer {
    case .sgd(var spec):
      spec.momentum *= 0.95
      configuration.optimizer = .sgd(spec)
    case .rmsprop(var spec):
      spec.momentum *= 0.95
      configuration.optimizer = .rmsprop(spec)
    case .adam, .adamw: break
    }
  }
}

/// Nesterov's step that doesn't look ahead.
enum NoLookAhead: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    guard case .sgd(var spec) = configuration.optimizer else { return }
    spec.nesterov = false
    configuration.optimizer = .sgd(spec)
  }
}

/// Weight decay that is left out.
enum NoDecay: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    configuration.optimizer = configuration.optimizer.decaying { _ in 0 }
  }
}

/// Weight decay that is twice as large.
enum DoubleDecay: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    configuration.optimizer = configuration.optimizer.decaying { 2 * $0 }
  }
}

/// A gradient that is clipped at twice the norm.
enum LaterClipping: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    configuration.clipNorm = configuration.clipNorm.map { 2 * $0 }
  }
}

/// A gradient that isn't clipped.
enum NoClipping: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) { configuration.clipNorm = nil }
}

/// Adam's decays in each other's place.
enum SwappedBetas: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    guard case .adam(var spec) = configuration.optimizer else { return }
    (spec.beta1, spec.beta2) = (spec.beta2, spec.beta1)
    configuration.optimizer = .adam(spec)
  }
}

/// RMSprop in the other framework's convention.
enum OtherConvention: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    guard case .rmsprop(var spec) = configuration.optimizer else { return }
    spec.convention = spec.convention == .keras ? .pytorch : .keras
    configuration.optimizer = .rmsprop(spec)
  }
}

/// RMSprop with a mean square that forgets 1 % more.
enum ShorterMemory: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    guard case .rmsprop(var spec) = configuration.optimizer else { return }
    spec.decay *= 0.99
    configuration.optimizer = .rmsprop(spec)
  }
}

/// Adam with decay in the gradient, where AdamW was asked for.
enum CoupledDecay: WrongSetting {
  static func change(_ configuration: inout RunConfiguration) {
    guard case .adamw(let spec) = configuration.optimizer else { return }
    configuration.optimizer = .adam(spec)
  }
}

extension OptimizerSpec {
  /// The optimizer with another weight decay.
  fileprivate func decaying(_ change: (Double) -> Double) -> OptimizerSpec {
    var optimizer = self
    optimizer.weightDecay = change(weightDecay)
    return optimizer
  }
}
