import Testing
import TrainingCore

@testable import ReferenceTraining

/// Every layer's backward pass against its forward pass, through whole models.
@Suite struct GradientCheckTests {
  typealias Number = GradientCheck.Number

  static func trainer<S>(_ name: String, seed: UInt64) throws -> ReferenceTrainer<S> {
    let configuration = RunConfiguration(
      model: try ModelSpec(named: name), optimizer: .sgd(SGDSpec()),
      schedule: LearningRateSchedule(base: 0.1), batchSize: 1, seed: seed)
    var trainer = try ReferenceTrainer<S>(configuration)
    var random = RandomNumbers(seed: seed)
    for layer in trainer.parameters.indices {
      let shape = trainer.parameters[layer]
      trainer.parameters[layer].weight = random.matrix(
        rows: shape.weight.rows, columns: shape.weight.columns)
      trainer.parameters[layer].bias = random.matrix(rows: 1, columns: shape.bias.columns)
    }
    return trainer
  }

  @Test(
    arguments: [
      "mlp:4-3", "mlp:5-6-4-3", "mlp:5-6-4-3+tanh", "mlp:5-8-3+dropout0.5",
      "mlp:5-6-4-3+tanh+dropout0.25", "mlp:4-5-3+tanh+batchnorm", "mlp:4-5-3+batchnorm",
      "mlp:4-5-4-3+tanh+ghost4", "mlp:4-6-3+ghost3+dropout0.5",
    ], [1, 2] as [UInt64])
  func equalsTheCentralDifferences(_ name: String, _ seed: UInt64) throws {
    let trainer: ReferenceTrainer<Number> = try Self.trainer(name, seed: seed)
    var random = RandomNumbers(seed: 100 + seed)
    let check = GradientCheck(
      trainer, inputs: random.matrix(rows: 8, columns: trainer.model.input.count),
      labels: random.labels(8, classes: 3))
    #expect(check.failures == [])
    #expect(check.checked > 9 * check.skipped, "\(check.skipped) skipped")
    let plain = GradientCheck.step * GradientCheck.step
    #expect(check.largestBound < plain * check.largestGradient, "blunter than plain differences")
  }

  /// With all inputs zero only the biases move the units: the one whose bias is at its kink is
  /// skipped and counted, and without looking for kinks it would fail.
  @Test func kinksAreSkippedAndCounted() throws {
    var trainer: ReferenceTrainer<Number> = try Self.trainer("mlp:3-4-2", seed: 5)
    trainer.parameters[0].bias.elements[2] = Number(exactly: GradientCheck.step / 2)
    let inputs = Matrix<Number>(rows: 2, columns: 3)
    let check = GradientCheck(trainer, inputs: inputs, labels: [0, 1])
    #expect(check.skipped == 1)
    #expect(check.checked == 3 * 4 + 3 + 4 * 2 + 2)
    #expect(check.failures == [])
    let blind = GradientCheck(trainer, inputs: inputs, labels: [0, 1], detectsKinks: false)
    #expect(blind.skipped == 0 && blind.failures.count == 1)
  }
}
