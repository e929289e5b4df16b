import Testing
import TrainingCore

@testable import ReferenceTraining

/// Each loss is computed by its own formula, sample by sample, and never divided by their number.
@Suite struct LossTests {
  @Test func `each loss has its own formula and is not divided`() {
    let logits = Matrix<Float>(rows: 3, columns: 1, elements: [0.5, -2, 3])
    let labels: [UInt8] = [1, 0, 0]
    let binary = LossSpec.binaryCrossEntropy.evaluate(logits: logits, labels: labels)
    let expected = BinaryCrossEntropy.evaluate(logits: logits, labels: labels)
    #expect(binary.losses == expected.losses && binary.gradient == expected.gradient)
    let zeros: [UInt8] = [0, 0, 0]
    let softmax = LossSpec.softmaxCrossEntropy.evaluate(logits: logits, labels: zeros)
    #expect(softmax.losses == [0, 0, 0] && softmax.gradient.elements == [0, 0, 0])
    #expect(binary.losses != softmax.losses)
  }

  /// A sample's loss and gradient are the same alone and among others.
  @Test(arguments: [LossSpec.softmaxCrossEntropy, .binaryCrossEntropy])
  func `a sample's loss is the same alone and among others`(_ loss: LossSpec) {
    var random = RandomNumbers(seed: 31)
    let columns = loss == .binaryCrossEntropy ? 1 : 4
    let logits: Matrix<Float> = random.rough(rows: 5, columns: columns)
    let labels = random.labels(5, classes: loss == .binaryCrossEntropy ? 2 : 4)
    let whole = loss.evaluate(logits: logits, labels: labels)
    for n in 0..<5 {
      let row = Matrix(
        rows: 1, columns: columns, elements: (0..<columns).map { logits[n, $0] })
      let alone = loss.evaluate(logits: row, labels: [labels[n]])
      #expect(alone.losses[0] == whole.losses[n] && alone.hits[0] == whole.hits[n])
      #expect(alone.gradient.elements == (0..<columns).map { whole.gradient[n, $0] })
    }
  }
}
