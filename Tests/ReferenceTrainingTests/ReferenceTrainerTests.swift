import PropertyTesting
import ReferenceTraining
import Testing
import TrainingCore

@Suite struct ReferenceTrainerTests {
  private static func trainer(_ model: ModelSpec) throws -> ReferenceTrainer<Float> {
    try ReferenceTrainer(
      RunConfiguration(
        model: model, optimizer: .sgd(SGDSpec()), schedule: LearningRateSchedule(base: 0.1),
        batchSize: 2, seed: 0))
  }

  /// Images, maps and blocks: a step moves every tensor, and the state has the layout's names.
  @Test(arguments: ["lenet", "mobilenet-v2-tiny", "mobilenet-v2-tiny+input17+channels3+classes3"])
  func trainsModelsOverImages(_ name: String) throws {
    let model = try ModelSpec(named: name)
    var trainer = try Self.trainer(model)
    let before = trainer.state
    let examples = Examples.random(4, for: model)
    let tally = trainer.train(on: [0, 1, 2, 3], of: examples, epoch: 0, learningRate: 0.1)
    #expect(tally.loss.value.isFinite && tally.count == 4)
    let layout = ParameterLayout(of: model)
    #expect(trainer.state.parameters.map(\.name) == layout.parameters.map(\.name))
    #expect(trainer.state.statistics.map(\.shape) == layout.statistics.map(\.shape))
    let tensors = [
      (trainer.state.parameters, before.parameters), (trainer.state.statistics, before.statistics),
    ]
    for (after, before) in tensors {
      for (a, b) in zip(after, before) { #expect(a.values != b.values, "\(a.name)") }
    }
  }

  /// A model that freezes everything is measured and never moved.
  @Test func trainsNothingOfAFrozenModel() throws {
    let model = try ModelSpec(words: "3x3x1 conv2k2 batchnorm relu6 dense3 frozen4")
    var trainer = try Self.trainer(model)
    let before = trainer.state
    let examples = Examples.random(6, for: model)
    _ = trainer.train(on: [0, 1, 2], of: examples, epoch: 0, learningRate: 0.1)
    #expect(trainer.state.parameters == before.parameters && trainer.steps == 1)
    #expect(trainer.state.statistics != before.statistics)
  }
}
