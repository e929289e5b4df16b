import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Freezing a prefix of the layers takes nothing from the others.
@Suite struct FrozenLayersTests {
  /// A trainer with random parameters and moving averages, as `model` with any number frozen.
  private static func trainer(
    _ model: ModelSpec, frozen: Int, optimizer: OptimizerSpec = .sgd(SGDSpec()), _ choices: Choices
  ) throws -> ReferenceTrainer<Float> {
    var choices = choices
    let configuration = RunConfiguration(
      model: try model.freezing(frozen), optimizer: optimizer,
      schedule: LearningRateSchedule(base: 0.1), batchSize: 1, seed: 3)
    var trainer = try ReferenceTrainer<Float>(
      configuration, state: choices.state(of: configuration))
    trainer.parameters = choices.parameters(like: trainer.parameters)
    return trainer
  }

  /// What is learned has the gradient of the model that learns everything, bit for bit, with the
  /// same losses and the same moving averages; what is frozen has none.
  @Test(.tags(.property)) func `freezing takes nothing from the other layers`() {
    forAll("freezing takes nothing from the others", cases: 100) { choices in
      let model = try choices.model()
      return (
        model: model, frozen: choices.integer(in: 0...model.layers.count),
        call: Call<Float>(count: choices.integer(in: 2...6), model: model, epoch: 1, &choices),
        choices: choices
      )
    } failure: { model, frozen, call, choices in
      var all = try Self.trainer(model, frozen: 0, choices)
      var some = try Self.trainer(model, frozen: frozen, choices)
      let losses = [all.accumulate([call]), some.accumulate([call])]
      if let found = difference([losses[0]], [losses[1]], equatesNaNs: true) { return found }
      for (index, gradient) in some.gradients.enumerated() {
        let isFrozen = index < some.frozenParameters
        let expected = isFrozen ? gradient.zeros : all.gradients[index]
        for (actual, expected) in zip(gradient.matrices, expected.matrices) {
          if let found = difference(actual.elements, expected.elements, equatesNaNs: true) {
            return "parameters \(index): \(found)"
          }
        }
      }
      return difference(some.state.statistics, all.state.statistics)
    }
  }

  /// Not even weight decay, momentum or Adam's moments move what is frozen.
  @Test(arguments: [
    OptimizerSpec.sgd(SGDSpec(momentum: 0.9, weightDecay: 0.1)), .adam(AdamSpec(weightDecay: 0.1)),
    .adamw(AdamSpec(weightDecay: 0.1)),
    .rmsprop(RMSpropSpec(weightDecay: 0.1)),
  ])
  func `no optimizer moves a frozen layer`(_ optimizer: OptimizerSpec) throws {
    let model = try ModelSpec(
      words: "3x3x2 conv3k2 batchnorm relu6 bareconv3 residual1 globalpool dense4 dense2")
    var choices = Choices(seed: 4)
    let call = Call<Float>(count: 5, model: model, epoch: 0, &choices)
    // Convolution, normalisation, convolution, dense, dense: which of them learn.
    let learned = [5, 4, 3, 3, 2, 2, 2, 1, 0]
    for frozen in 0...model.layers.count {
      var trainer = try Self.trainer(model, frozen: frozen, optimizer: optimizer, choices)
      let (before, state) = (trainer.parameters, trainer.state)
      for _ in 0..<2 {
        _ = trainer.accumulate([call])
        trainer.step(learningRate: 0.1, batchSize: 5)
      }
      let moved = zip(trainer.parameters, before).map { $0 != $1 }
      let count = learned[frozen]
      #expect(moved == before.indices.map { $0 >= before.count - count }, "\(frozen) frozen")
      let slots = zip(trainer.state.slots, state.slots)
      for (after, before) in slots {
        let tensors = zip(after, before).map { $0 != $1 }
        #expect(
          tensors.firstIndex(of: true) ?? tensors.count == [0, 2, 4, 4, 5, 5, 5, 7, 9][frozen])
      }
      #expect(trainer.state.statistics != state.statistics, "averages follow, frozen or not")
    }
  }
}
