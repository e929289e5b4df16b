import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// Paths that part and meet again.
@Suite struct ResidualTests {
  @Test func addsElementwise() {
    let x = Matrix<Float>(rows: 1, columns: 4, elements: [1, -0.0, .infinity, 3])
    let shortcut = Matrix<Float>(rows: 1, columns: 4, elements: [2, -0.0, 1, .nan])
    let y = Residual.add(x, shortcut).elements
    #expect(difference(Array(y.prefix(3)), [3, -0.0, .infinity]) == nil)
    #expect(y[3].isNaN)
  }

  private static func trainer(_ words: String, seed: UInt64 = 3) throws -> ReferenceTrainer<Float> {
    try .random(words, seed: seed)
  }

  /// h = x w + b, then relu(h) + h, and h once more: 3 h where h is positive, else 2 h.
  @Test(arguments: [(Float(2), Float(3)), (-2, 2)])
  func twoShortcutsFromOnePlace(_ x: Float, _ times: Float) throws {
    var trainer = try Self.trainer("1 dense1 relu residual1 residual2 dense1 binary")
    for index in trainer.parameters.indices {
      trainer.parameters[index].weight.elements = [1]
      trainer.parameters[index].bias.elements = [0]
    }
    let inputs = Matrix<Float>(rows: 1, columns: 1, filledWith: x)
    #expect(trainer.outputs(for: inputs).elements == [times * x])
    _ = trainer.accumulateGradient(inputs: inputs, labels: [0], samples: [0], epoch: 0)
    // Behind the last layer the gradient is g, its bias's own; h has as many times as much.
    let g = trainer.gradients[1].bias.elements[0]
    #expect(g > 0)
    #expect(trainer.gradients[0].bias.elements == [times * g])
    #expect(trainer.gradients[0].weight.elements == [times * g * x])
  }

  /// Where paths part, the layers' own gradient comes first, and what came by shortcuts, the last
  /// layer's before the earlier's, is summed and then added: one order of many.
  @Test func gradientsMeetInOneOrder() throws {
    var trainer = try Self.trainer(
      "3 dense40 dense40 residual1 dense40 residual3 dense40 residual5 dense2")
    var random = RandomNumbers(seed: 2)
    let inputs: Matrix<Float> = random.rough(rows: 1, columns: 3)
    trainer.gradients = trainer.parameters.map(\.zeros)
    let loss = trainer.model.evaluateLoss(
      logits: trainer.outputs(for: inputs), labels: [1]
    ).gradient
    func through(_ layer: Int, _ gradient: Matrix<Float>) -> Matrix<Float> {
      Dense.inputGradient(weight: trainer.parameters[layer].weight, outputGradient: gradient)
    }
    // Back from the end: the third shortcut takes what enters the last layer, and so on.
    let third = through(4, loss)
    let second = through(3, third)
    let first = through(2, second)
    let own = through(1, first)
    let ordered = Residual.add(own, Residual.add(Residual.add(third, second), first))
    let other = Residual.add(Residual.add(Residual.add(own, first), second), third)
    _ = trainer.accumulateGradient(inputs: inputs, labels: [1], samples: [0], epoch: 0)
    #expect(difference(trainer.gradients[0].bias, ordered) == nil)
    #expect(difference(ordered, other) != nil)
  }

  /// A shortcut over layers that give nothing is the identity, forward and backward, over images too.
  @Test func overLayersThatGiveNothingItIsTheIdentity() throws {
    var with = try Self.trainer("3x3x2 conv2k3p1 relu6 bareconv2k3p1 residual1 dense3")
    var without = try Self.trainer("3x3x2 conv2k3p1 relu6 dense3")
    with.parameters[1].weight.clear()
    without.parameters = [with.parameters[0], with.parameters[2]]
    var random = RandomNumbers(seed: 6)
    let inputs: Matrix<Float> = random.rough(rows: 2, columns: 18)
    #expect(difference(with.outputs(for: inputs), without.outputs(for: inputs)) == nil)
    for labels in [[0, 1], [2, 2]] as [[UInt8]] {
      _ = with.accumulateGradient(inputs: inputs, labels: labels, samples: [0, 1], epoch: 0)
      _ = without.accumulateGradient(inputs: inputs, labels: labels, samples: [0, 1], epoch: 0)
    }
    #expect(
      difference([with.gradients[0], with.gradients[2]], without.gradients) == nil)
  }
}
