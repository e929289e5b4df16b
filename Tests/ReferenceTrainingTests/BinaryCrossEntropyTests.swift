import GradientOracles
import PropertyTesting
import Testing

@testable import ReferenceTraining

/// Sigmoid and binary cross-entropy of one logit.
@Suite struct BinaryCrossEntropyTests {
  typealias Loss = BinaryCrossEntropy

  private func column<S>(_ elements: [S]) -> Matrix<S> {
    Matrix(rows: elements.count, columns: 1, elements: elements)
  }

  /// 2⁻¹⁰⁰ is exp(−69.3): what is less likely has no gradient.
  @Test func `an exponential below 2⁻¹⁰⁰ counts as nothing`() {
    let result = Loss.evaluate(logits: column([Float(69), 70, -69, -70]), labels: [1, 1, 0, 0])
    #expect(result.gradient.elements == [-Float.exp(-69), 0, Float.exp(-69), 0])
    #expect(result.losses == [0, 0, 0, 0])
  }

  /// −log σ(z) for label 1 and −log(1 − σ(z)) for label 0, with σ(z) = 1/(1 + exp(−z)) and the
  /// gradient σ(z) − t; both in Double with running bounds.
  @Test(arguments: 0..<10) func `loss and gradient are those of −log σ(z)`(_ seed: Int) {
    typealias Number = RunningError<Double>
    var random = RandomNumbers(seed: UInt64(seed))
    let logits = column((0..<12).map { _ in Number(Double(random.uniform()) * 8) })
    let labels = random.labels(12, classes: 2)
    let result = Loss.evaluate(logits: logits, labels: labels)
    let one = Number(1.0)
    var losses: [Number] = []
    var gradient: [Number] = []
    for (n, label) in labels.enumerated() {
      let sigmoid = one / (one + Number.exp(.zero - logits[n, 0]))
      losses.append(.zero - Number.log(label == 1 ? sigmoid : one - sigmoid))
      gradient.append(sigmoid - Number(Double(label)))
    }
    for (actual, expected) in [(result.losses, losses), (result.gradient.elements, gradient)] {
      #expect(
        excess(
          actual.map(\.value), expected.map(\.value),
          bounds: zip(actual, expected).map { $0.error + $1.error }) == nil)
    }
  }

  /// It is the softmax of the two logits 0 and z, with the same hits, ties included.
  @Test(arguments: 0..<5) func isTheSoftmaxOfTwoClasses(_ seed: Int) {
    typealias Number = RunningError<Double>
    var random = RandomNumbers(seed: UInt64(100 + seed))
    let logits: [Number] = [.zero] + (0..<9).map { _ in Number(Double(random.uniform()) * 4) }
    let labels = random.labels(10, classes: 2)
    let binary = Loss.evaluate(logits: column(logits), labels: labels)
    let pairs = Matrix(rows: 10, columns: 2, elements: logits.flatMap { [.zero, $0] })
    let softmax = SoftmaxCrossEntropy.evaluate(logits: pairs, labels: labels)
    #expect(binary.hits == softmax.hits)
    let second = (0..<10).map { softmax.gradient[$0, 1] }
    for (actual, expected) in [
      (binary.losses, softmax.losses), (binary.gradient.elements, second),
    ] {
      #expect(
        excess(
          actual.map(\.value), expected.map(\.value),
          bounds: zip(actual, expected).map { $0.error + $1.error }) == nil)
    }
  }

  /// At ±100 nothing overflows: the loss is |z| or 0, the gradient ±1 or 0.
  @Test func `logits of ±100 overflow nothing`() {
    let result = Loss.evaluate(
      logits: column([100, 100, -100, -100] as [Float]), labels: [0, 1, 0, 1])
    #expect(difference(result.losses, [100, 0, 0, 100]) == nil)
    #expect(difference(result.gradient.elements, [1, 0, 0, -1]) == nil)
    #expect(result.hits == [false, true, true, false])
    let infinite = Loss.evaluate(
      logits: column([.infinity, .infinity, -.infinity] as [Float]), labels: [0, 1, 0])
    #expect(infinite.losses == [.infinity, 0, 0])
    #expect(infinite.gradient.elements == [1, 0, 0])
  }

  /// Where σ(z) is 1 in Float the gradient of label 1 is not 0: no difference of near numbers is
  /// taken.
  @Test func `a saturated gradient keeps its digits`() {
    let z: Float = 20
    let sigmoid = 1 / (1 + Float.exp(-z))
    #expect(sigmoid - 1 == 0)
    let gradient = Loss.evaluate(logits: column([z]), labels: [1]).gradient[0, 0]
    #expect(gradient == -Float.exp(-z))
  }

  /// At 0 the guess is even, and counts as class 0.
  @Test(arguments: [Float(0), -0.0]) func zeroIsAnEvenGuess(_ z: Float) {
    let result = Loss.evaluate(logits: column([z, z]), labels: [0, 1])
    #expect(difference(result.losses, [Float.log(2), Float.log(2)]) == nil)
    #expect(difference(result.gradient.elements, [0.5, -0.5]) == nil)
    #expect(result.hits == [true, false])
  }

  @Test(arguments: [0, 1] as [UInt8]) func whatIsNotANumberStaysVisible(_ label: UInt8) {
    let result = Loss.evaluate(logits: column([.nan, 1] as [Float]), labels: [label, label])
    #expect(result.losses.map(\.isNaN) == [true, false])
    #expect(result.gradient.elements.map(\.isNaN) == [true, false])
  }
}
