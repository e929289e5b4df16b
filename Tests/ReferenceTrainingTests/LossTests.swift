import Testing
import TrainingCore

@testable import ReferenceTraining

/// Each loss is computed by its own formula, sample by sample, and never divided by their number.
@Suite struct LossTests {
  /// A model whose logits are its inputs.
  private static func model(
    _ outputs: Int, _ loss: LossSpec = .softmaxCrossEntropy, _ crossEntropy: CrossEntropySpec? = nil
  ) throws -> ModelSpec {
    try ModelSpec(
      name: "logits", input: ImageShape(height: 1, width: 1, channels: outputs), layers: [],
      loss: loss, crossEntropy: crossEntropy)
  }

  @Test func `each loss has its own formula and is not divided`() throws {
    let logits = Matrix<Float>(rows: 3, columns: 1, elements: [0.5, -2, 3])
    let labels: [UInt8] = [1, 0, 0]
    let binary = try Self.model(1, .binaryCrossEntropy).evaluateLoss(logits: logits, labels: labels)
    let expected = BinaryCrossEntropy.evaluate(logits: logits, labels: labels)
    #expect(binary.losses == expected.losses && binary.gradient == expected.gradient)
    let zeros: [UInt8] = [0, 0, 0]
    let softmax = try Self.model(1).evaluateLoss(logits: logits, labels: zeros)
    #expect(softmax.losses == [0, 0, 0] && softmax.gradient.elements == [0, 0, 0])
    #expect(binary.losses != softmax.losses)
  }

  /// A sample's loss and gradient are the same alone and among others.
  @Test(arguments: [LossSpec.softmaxCrossEntropy, .binaryCrossEntropy])
  func `a sample's loss is the same alone and among others`(_ loss: LossSpec) throws {
    var random = RandomNumbers(seed: 31)
    let columns = loss == .binaryCrossEntropy ? 1 : 4
    let logits: Matrix<Float> = random.rough(rows: 5, columns: columns)
    let labels = random.labels(5, classes: loss == .binaryCrossEntropy ? 2 : 4)
    let model = try Self.model(columns, loss)
    let whole = model.evaluateLoss(logits: logits, labels: labels)
    for n in 0..<5 {
      let row = Matrix(
        rows: 1, columns: columns, elements: (0..<columns).map { logits[n, $0] })
      let alone = model.evaluateLoss(logits: row, labels: [labels[n]])
      #expect(alone.losses[0] == whole.losses[n] && alone.hits[0] == whole.hits[n])
      #expect(alone.gradient.elements == (0..<columns).map { whole.gradient[n, $0] })
    }
  }

  /// A model passes its options on, and its samples have their classes' weights.
  @Test func `options reach the loss`() throws {
    let logits = Matrix<Float>(rows: 2, columns: 2, elements: [1, -1, 3, 0])
    let spec = CrossEntropySpec(labelSmoothing: 0.25, classWeights: [0.5, 3])
    let result = try Self.model(2, .softmaxCrossEntropy, spec)
      .evaluateLoss(logits: logits, labels: [1, 0])
    let expected = SoftmaxCrossEntropy.evaluate(logits: logits, labels: [1, 0], spec)
    #expect(result.losses == expected.losses && result.gradient == expected.gradient)
    #expect(result.weights == [3, 0.5] && result.tally.weight?.value == 3.5)
    #expect(try Self.model(2).evaluateLoss(logits: logits, labels: [1, 0]).tally.weight == nil)
  }
}
