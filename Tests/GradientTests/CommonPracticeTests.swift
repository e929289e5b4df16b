import GradientOracles
import PropertyTesting
import Testing

@testable import ReferenceTraining

/// The common practice passes the right trainer.
///
/// Which wrong ones it passes too is in `Tests/MutantTests/Results.md`.
@Suite struct CommonPracticeTests {
  @Test(
    arguments: [
      "mlp:5-6-4-3", "mlp:5-6-4-3+tanh", "mlp:5-6-4-3+gelu",
      "4 dense5 relu dense3 smooth0.1 weighted",
      "mlp:4-6-3+tanh+groupnorm2", "3x3x2 conv4k2 layernorm tanh groupnorm2 dense3",
      "mlp:4-5-3+batchnorm",
      "mlp:4-5-4-3+tanh+ghost4",
      "4x4x2 conv4k3p1g2 batchnorm relu6 residual2 maxpool2 depthwise3 tanh globalpool dense3",
      "5x5x2 conv3k3s2 movingnorm relu6 averagepool2s1 dense1 binary",
    ])
  func passesTheTrainer(_ name: String) throws {
    let trainer: ReferenceTrainer<Double> = try .random(name, seed: 1)
    var choices = Choices(seed: 2)
    let practice = CommonPractice(trainer, Call(count: 8, model: trainer.model, epoch: 0, &choices))
    #expect(practice.failures == [])
    #expect(practice.checked > 0)
  }
}

/// The practice can fail at all; apart from the suite above, which mutants are counted by.
@Suite struct CommonPracticeFailingTests {
  @Test func noticesAGrossError() throws {
    let trainer: ReferenceTrainer<Double> = try .random("mlp:3-2", seed: 1)
    var wrong = trainer
    wrong.gradients[0].weight[1, 1] = 1
    var choices = Choices(seed: 2)
    let call = Call<Double>(count: 8, model: trainer.model, epoch: 0, &choices)
    #expect(CommonPractice(wrong, call).failures.count == 1)
  }
}
