import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

/// What a batch may be cut into without changing a bit, and what it may not.
@Suite struct ReferenceTrainerPassesTests {
  struct Sums: Equatable {
    let gradients: [Parameters<Float>]
    let tally: Tally
    let state: ModelState
  }

  private func sums(_ name: String, parts: [Range<Int>]) throws -> Sums {
    var trainer: ReferenceTrainer<Float> = try .random(name, seed: 3)
    var random = RandomNumbers(seed: 9)
    let examples = Examples(
      shape: trainer.model.input, classCount: 4,
      inputs: random.uniforms(24 * trainer.model.input.count),
      labels: random.labels(24, classes: 4))
    var tally = Tally()
    for part in parts {
      tally.add(trainer.accumulateGradient(of: Batch(part.map { 23 - $0 }, of: examples, epoch: 1)))
    }
    var state = trainer.state
    state.batchesTracked = 0
    return Sums(gradients: trainer.gradients, tally: tally, state: state)
  }

  /// Cuts 0 ..< 24 behind each given place.
  private func parts(_ ends: [Int]) -> [Range<Int>] {
    zip([0] + ends, ends + [24]).map { $0..<$1 }
  }

  static let splits = [
    [8, 16], [4, 8, 12, 16, 20], [1], [23], [5, 6, 17], Array(1...23),
  ]

  @Test(
    arguments: [
      "mlp:5-4", "mlp:5-9-7-4", "mlp:5-9-4+tanh", "mlp:5-9-8-4+dropout0.5",
      "4x3x2 conv6k3p1g2 relu6 depthwise3s2 dense4",
      "4x4x1 bareconv3k2 movingnorm maxpool2s1 conv3k3p1 residual1 dropout0.5 averagepool2 dense4",
      "3x3x2 conv2k3p1 tanh residual2 globalpool dense1 binary frozen1",
    ], splits)
  func anySplitHasTheBitsOfTheWhole(_ name: String, _ ends: [Int]) throws {
    let whole = try sums(name, parts: [0..<24])
    let split = try sums(name, parts: parts(ends))
    #expect(difference(split.gradients, whole.gradients) == nil)
    #expect(split.tally == whole.tally)
    #expect(whole.tally.count == 24)
  }

  @Test(arguments: splits.prefix(2))
  func withBatchNormalisationTheSplitIsDifferent(_ ends: [Int]) throws {
    let whole = try sums("mlp:5-9-4+batchnorm", parts: [0..<24])
    let split = try sums("mlp:5-9-4+batchnorm", parts: parts(ends))
    #expect(difference(split.gradients, whole.gradients) != nil)
    #expect(split.tally.loss != whole.tally.loss)
  }

  @Test(arguments: [[4], [8, 16], [4, 16], [4, 8, 12, 16, 20]])
  func withGhostGroupsThatDivideThePartsItIsTheSame(_ ends: [Int]) throws {
    let whole = try sums("mlp:5-9-7-4+ghost4+dropout0.25", parts: [0..<24])
    let split = try sums("mlp:5-9-7-4+ghost4+dropout0.25", parts: parts(ends))
    #expect(difference(split.gradients, whole.gradients) == nil)
    #expect(split == whole)
  }

  @Test func withGhostGroupsThatDoNotItIsNot() throws {
    let whole = try sums("mlp:5-9-4+ghost4", parts: [0..<24])
    let split = try sums("mlp:5-9-4+ghost4", parts: parts([6, 12, 18]))
    #expect(difference(split.gradients, whole.gradients) != nil)
  }

  /// What is there stays there: the same pass twice folds on from the first.
  @Test func theGradientAddsUp() throws {
    let once = try sums("mlp:5-4", parts: [0..<24])
    let twice = try sums("mlp:5-4", parts: [0..<24, 0..<24])
    for (one, two) in zip(once.gradients, twice.gradients) {
      let bound = 48 * Double(Float.ulpOfOne) * 24
      #expect(
        excess(
          two.bias.elements.map(Double.init), one.bias.elements.map { 2 * Double($0) },
          bounds: Array(repeating: bound, count: 4)) == nil)
    }
    #expect(twice.tally.loss.value == 2 * once.tally.loss.value)
  }

  /// In inference every sample is alone: no dropout, no neighbours, no masks.
  @Test(arguments: [
    "mlp:5-9-4+batchnorm+dropout0.5", "mlp:5-9-4+ghost4+tanh", "3x3x2 conv3k2 kerasnorm dense4",
  ])
  func inferenceDoesNotDependOnTheBatch(_ name: String) throws {
    var trainer: ReferenceTrainer<Float> = try .random(name, seed: 3)
    var random = RandomNumbers(seed: 10)
    let examples = Examples(
      shape: trainer.model.input, classCount: 4,
      inputs: random.uniforms(10 * trainer.model.input.count),
      labels: random.labels(10, classes: 4))
    _ = trainer.accumulateGradient(of: Batch(0..<10, of: examples))
    let before = trainer.state
    let whole = trainer.outputs(for: Batch(0..<10, of: examples, epoch: 1))
    let alone = (0..<10).flatMap { trainer.outputs(for: Batch([$0], of: examples, epoch: 2)) }
    #expect(difference(whole, alone) == nil)
    var tally = Tally()
    for part in trainer.evaluate(examples, batchSize: 3) { tally.add(part) }
    #expect(tally == trainer.evaluate(Batch(0..<10, of: examples)))
    #expect(trainer.state == before)
    let training = trainer.accumulateGradient(of: Batch(0..<10, of: examples))
    #expect(training.loss != tally.loss)
  }

  @Test(arguments: ["mlp:5-9-4", "mlp:5-9-4+tanh", "mlp:5-9-4+batchnorm", "mlp:5-9-4+dropout0.1"])
  func whatIsNotANumberStaysVisibleInTheLoss(_ name: String) throws {
    var trainer: ReferenceTrainer<Float> = try .random(name, seed: 3)
    var inputs = Array(repeating: Float(0.5), count: 4 * 5)
    inputs[7] = .nan
    let examples = Examples(
      shape: trainer.model.input, classCount: 4, inputs: inputs, labels: [0, 1, 2, 3])
    #expect(trainer.evaluate(Batch(0..<4, of: examples)).loss.mean.isNaN)
    #expect(trainer.accumulateGradient(of: Batch(0..<4, of: examples)).loss.mean.isNaN)
  }
}
