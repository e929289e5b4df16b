import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Every layer's backward pass against its forward pass, through whole models.
@Suite struct GradientCheckTests {
  typealias Number = GradientCheck.Number

  @Test(
    arguments: [
      "mlp:4-3", "mlp:5-6-4-3", "mlp:5-6-4-3+tanh", "mlp:5-6-4-3+gelu",
      "4 dense5 relu dense3 smooth0.1 weighted",
      "mlp:4-6-3+tanh+groupnorm2", "3x3x2 conv4k2 layernorm tanh groupnorm2 dense3",
      "mlp:5-8-3+dropout0.5",
      "mlp:5-6-4-3+tanh+dropout0.25", "mlp:4-5-3+tanh+batchnorm", "mlp:4-5-3+batchnorm",
      "mlp:4-5-4-3+tanh+ghost4", "mlp:4-6-3+ghost3+dropout0.5",
      "4x3x2 conv2k3x2s2p1g2 relu6 maxpool2s1 dense2",
      "3x3x2 depthwise3 batchnorm tanh residual2 averagepool2s1 dense1 binary",
      "4x3x1 bareconv2k3p1 movingnorm relu6 residual1 globalpool dense2",
      "3x2x2 conv2k3p1 tanh residual2 residual3 ghost3 tanh globalpool dense2 frozen1",
    ], [1, 2] as [UInt64])
  func equalsTheCentralDifferences(_ name: String, _ seed: UInt64) throws {
    let trainer: ReferenceTrainer<Number> = try .random(name, seed: seed)
    var choices = Choices(seed: 100 + seed)
    let check = GradientCheck(
      trainer, Call(count: 8, model: trainer.model, epoch: 2, &choices))
    #expect(check.failures == [])
    #expect(check.checked > 9 * check.skipped, "\(check.skipped) skipped")
    let plain = GradientCheck.step * GradientCheck.step
    #expect(check.largestBound < plain * check.largestGradient, "blunter than plain differences")
  }

  /// With all inputs zero only the biases move the units: the one whose bias is at its kink is
  /// skipped and counted, and without looking for kinks it would fail.
  @Test func kinksAreSkippedAndCounted() throws {
    var trainer: ReferenceTrainer<Number> = try .random("mlp:3-4-2", seed: 5)
    trainer.parameters[0].bias.elements[2] = Number(exactly: GradientCheck.step / 2)
    let call = Call<Number>(
      inputs: Matrix(rows: 2, columns: 3), labels: [0, 1], samples: [0, 1], epoch: 0)
    let check = GradientCheck(trainer, call)
    #expect(check.skipped == 1)
    #expect(check.checked == 3 * 4 + 3 + 4 * 2 + 2)
    #expect(check.failures == [])
    let blind = GradientCheck(trainer, call, detectsKinks: false)
    #expect(blind.skipped == 0 && blind.failures.count == 1)
  }
}
