import Foundation
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Whole training runs.
@Suite struct ReferenceTrainerRunTests {
  static let optimizers = [
    OptimizerSpec.sgd(SGDSpec()), .sgd(SGDSpec(momentum: 0.9, nesterov: true, weightDecay: 0.01)),
    .adam(AdamSpec()), .adamw(AdamSpec(weightDecay: 0.01)), .rmsprop(RMSpropSpec()),
    .rmsprop(RMSpropSpec(momentum: 0.5)),
  ]

  static func examples(_ count: Int, seed: UInt64) -> Examples {
    var random = RandomNumbers(seed: seed)
    return Examples(
      shape: ImageShape(height: 1, width: 1, channels: 6), classCount: 3,
      inputs: random.uniforms(6 * count), labels: random.labels(count, classes: 3))
  }

  /// Stopped after every batch in turn, taken apart into its state, and put together again.
  @Test(arguments: optimizers)
  func anInterruptedRunIsTheRunThatNeverWas(_ optimizer: OptimizerSpec) throws {
    var configuration = RunConfiguration(
      model: try ModelSpec(named: "mlp:6-8-3+batchnorm+dropout0.25"), optimizer: optimizer,
      schedule: LearningRateSchedule(base: 0.01, warmUpSteps: 3), batchSize: 8, seed: 77)
    configuration.clipNorm = 0.5
    let training = Self.examples(30, seed: 1)
    let validation = Self.examples(10, seed: 2)
    var whole = TrainingRun(try ReferenceTrainer<Float>(configuration), configuration)
    for _ in 0..<2 { _ = whole.runEpoch(training: training, validation: validation) }
    var run = TrainingRun(try ReferenceTrainer<Float>(configuration), configuration)
    while run.progress.epochs < 2 {
      _ = run.runEpoch(training: training, validation: validation) { _ in false }
      let trainer = try ReferenceTrainer<Float>(configuration, state: run.trainer.state)
      run = TrainingRun(trainer, configuration, progress: run.progress)
    }
    #expect(run.trainer.state == whole.trainer.state)
    #expect(Fingerprint(of: run.trainer.state) == Fingerprint(of: whole.trainer.state))
    #expect(run.trainer.state.steps == 8 && run.trainer.state.batchesTracked == 8)
    var records = [run.progress.history, whole.progress.history]
    for run in records.indices {
      for epoch in records[run].indices { records[run][epoch].seconds = 0 }
    }
    #expect(records[0] == records[1])
  }

  /// A state that is put in comes out as it was, in the layout's names and shapes.
  @Test(arguments: optimizers)
  func aStateGoesInAndComesOut(_ optimizer: OptimizerSpec) throws {
    let model = try ModelSpec(named: "mlp:6-8-3+batchnorm")
    let configuration = RunConfiguration(
      model: model, optimizer: optimizer, schedule: LearningRateSchedule(base: 1), batchSize: 8,
      seed: 0)
    var random = RandomNumbers(seed: 20)
    var state = ModelState.initial(model: model, optimizer: optimizer, seed: 5)
    func fill(_ tensors: [Tensor]) -> [Tensor] {
      tensors.map {
        Tensor(name: $0.name, shape: $0.shape, values: random.uniforms($0.values.count))
      }
    }
    state.parameters = fill(state.parameters)
    state.statistics = fill(state.statistics)
    state.slots = state.slots.map(fill)
    state.steps = 12
    state.batchesTracked = 34
    #expect(try ReferenceTrainer<Float>(configuration, state: state).state == state)
  }

  /// The 1/B is applied once, in the step, and the gradient is cleared behind it.
  @Test func aStepDividesBySamplesAndClears() throws {
    let model = try ModelSpec(named: "mlp:2-2")
    let configuration = RunConfiguration(
      model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 1),
      batchSize: 4, seed: 0)
    var trainer = try ReferenceTrainer<Float>(configuration)
    let before = trainer.parameters
    trainer.gradients[0].weight.elements = [4, 8, -4, 0]
    trainer.gradients[0].bias.elements = [16, -16]
    trainer.step(learningRate: 0.5, batchSize: 4)
    #expect(
      difference(
        trainer.parameters[0].weight.elements,
        zip(before[0].weight.elements, [0.5, 1, -0.5, 0]).map { $0 - $1 }) == nil)
    #expect(
      difference(
        trainer.parameters[0].bias.elements,
        zip(before[0].bias.elements, [2, -2]).map { $0 - $1 }) == nil)
    #expect(trainer.gradients == before.map(\.zeros))
    #expect(trainer.steps == 1)
  }

  /// A separable problem is learned as fast as the theory of gradient descent guarantees.
  ///
  /// On a convex, L-smooth loss f with η ≤ 1/L it has after T steps f(w_T) ≤ f(w) + |w − w₀|²/(2ηT)
  /// for every w (Bubeck 2015, section 3.2). Softmax cross-entropy of two classes has
  /// L ≤ max |x, 1|²/2, and a separator of margin m, scaled by s, has a loss of at most
  /// log(1 + exp(−s m)).
  @Test func gradientDescentReachesItsGuarantee() throws {
    var random = RandomNumbers(seed: 3)
    var inputs: [Float] = []
    var labels: [UInt8] = []
    while labels.count < 50 {
      let (x, y) = (random.uniform(), random.uniform())
      guard (x + y).magnitude >= 0.25 else { continue }
      inputs += [x, y]
      labels.append(x + y > 0 ? 1 : 0)
    }
    let examples = Examples(
      shape: ImageShape(height: 1, width: 1, channels: 2), classCount: 2, inputs: inputs,
      labels: labels)
    let smoothness = 3.0 / 2
    let steps = 500
    let rate = 1 / smoothness
    let configuration = RunConfiguration(
      model: try ModelSpec(named: "mlp:2-2"), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: rate), batchSize: 50, seed: 4)
    var run = TrainingRun(try ReferenceTrainer<Float>(configuration), configuration)
    let start = run.trainer.parameters[0]
    var target = Double.infinity
    for scale in 1...100 {
      // The separator's logits are ∓(x + y)·scale/4, which are apart by scale·|x + y|/2.
      let weight = Float(scale) / 4
      let end = [-weight, weight, -weight, weight, 0, 0]
      var distance = 0.0
      for (to, from) in zip(end, start.weight.elements + start.bias.elements) {
        distance += Double(to - from) * Double(to - from)
      }
      let loss = log1p(exp(-Double(scale) / 2 * 0.25))
      target = min(target, loss + distance / (2 * rate * Double(steps)))
    }
    #expect(target < log(2) / 2)
    for _ in 0..<steps { _ = run.runEpoch(training: examples, validation: nil) }
    #expect(run.trainer.evaluate(Batch(0..<50, of: examples)).loss.mean <= target)
  }

  private func lossOnExclusiveOr(
    _ name: String, _ optimizer: OptimizerSpec, rate: Double
  ) throws -> Double {
    let examples = Examples(
      shape: ImageShape(height: 1, width: 1, channels: 2), classCount: 2,
      inputs: [-1, -1, -1, 1, 1, -1, 1, 1], labels: [0, 1, 1, 0])
    let configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: optimizer,
      schedule: LearningRateSchedule(base: rate), batchSize: 4, seed: 6)
    var run = TrainingRun(try ReferenceTrainer<Float>(configuration), configuration)
    for _ in 0..<500 { _ = run.runEpoch(training: examples, validation: nil) }
    return run.trainer.evaluate(Batch(0..<4, of: examples)).loss.value
  }

  /// A sample that is classified wrongly has a loss of at least log 2, so a sum below that is a
  /// sum over samples that are all right; and a model without a hidden layer can't have less than
  /// 4 log 2, since the two classes have the same mean.
  @Test(arguments: optimizers)
  func hiddenLayersLearnExclusiveOr(_ optimizer: OptimizerSpec) throws {
    for name in ["mlp:2-8-2", "mlp:2-8-2+tanh"] {
      #expect(try lossOnExclusiveOr(name, optimizer, rate: 0.05) < log(2))
    }
    let rounding = 64 * Double(Float.ulpOfOne)
    #expect(try lossOnExclusiveOr("mlp:2-2", optimizer, rate: 0.05) > 4 * log(2) - rounding)
  }
}
