import GradientOracles
import PropertyTesting
import Testing

@testable import ReferenceTraining

@Suite struct SoftmaxCrossEntropyTests {
  typealias Loss = SoftmaxCrossEntropy

  /// Equal logits over 2ᵏ classes: probabilities 2⁻ᵏ, loss log 2ᵏ, all exact but the logarithm.
  @Test(arguments: [1, 2, 4, 8, 16])
  func equalLogitsAreAUniformGuess(_ classes: Int) {
    let logits = Matrix<Float>(rows: 1, columns: classes, filledWith: -3)
    let result = Loss.evaluate(logits: logits, labels: [UInt8(classes - 1)])
    var gradient = Array(repeating: 1 / Float(classes), count: classes)
    gradient[classes - 1] -= 1
    #expect(difference(result.gradient.elements, gradient) == nil)
    #expect(difference(result.losses, [Float.log(Float(classes))]) == nil)
    #expect(result.hits == [classes == 1])
  }

  /// 2⁻¹⁰⁰ is exp(−69.3): what is less likely has no gradient.
  @Test func `an exponential below 2⁻¹⁰⁰ counts as nothing`() {
    let logits = Matrix<Float>(rows: 2, columns: 2, elements: [0, -69, 0, -70])
    let result = Loss.evaluate(logits: logits, labels: [0, 0])
    #expect(result.gradient.elements == [0, Float.exp(-69), 0, 0])
    #expect(result.losses == [0, 0])
  }

  /// The definition, without subtracting the largest logit, both in Double with running bounds.
  @Test(arguments: 0..<10)
  func `loss and gradient are those of −log softmax(z)`(_ seed: Int) {
    typealias Number = RunningError<Double>
    var random = RandomNumbers(seed: UInt64(seed))
    let logits: Matrix<Number> = random.matrix(rows: 6, columns: 5)
    let labels = random.labels(6, classes: 5)
    let result = Loss.evaluate(logits: logits, labels: labels)
    var losses: [Number] = []
    var gradient: [Number] = []
    for (n, label) in labels.enumerated() {
      let weights = (0..<5).map { Number.exp(logits[n, $0]) }
      let sum = weights.reduce(.zero, +)
      losses.append(.zero - Number.log(weights[Int(label)] / sum))
      for o in 0..<5 { gradient.append(weights[o] / sum - Number(o == Int(label) ? 1.0 : 0)) }
    }
    for (actual, expected) in [(result.losses, losses), (result.gradient.elements, gradient)] {
      #expect(
        excess(
          actual.map(\.value), expected.map(\.value),
          bounds: zip(actual, expected).map { $0.error + $1.error }) == nil)
    }
  }

  /// The sum of exponentials folds over the classes in ascending order.
  @Test func sumsInAscendingOrder() {
    var random = RandomNumbers(seed: 8)
    let logits: Matrix<Float> = random.matrix(rows: 1, columns: 200)
    let result = Loss.evaluate(logits: logits, labels: [0])
    let largest = logits.elements.reduce(-1) { max($0, $1) }
    let exponentials = logits.elements.map { Float.exp($0 - largest) }
    func gradient(_ sum: Float) -> [Float] {
      exponentials.enumerated().map { $0 == 0 ? $1 / sum - 1 : $1 / sum }
    }
    let ascending = exponentials.reduce(0, +)
    #expect(difference(result.gradient.elements, gradient(ascending)) == nil)
    #expect(difference(result.losses, [Float.log(ascending) - (logits[0, 0] - largest)]) == nil)
    let descending = exponentials.reversed().reduce(0, +)
    #expect(difference(result.gradient.elements, gradient(descending)) != nil)
  }

  @Test func aCommonShiftChangesNothing() {
    let logits = Matrix<Float>(rows: 1, columns: 3, elements: [1, -2, 4])
    let shifted = Matrix<Float>(rows: 1, columns: 3, elements: [1025, 1022, 1028])
    let a = Loss.evaluate(logits: logits, labels: [1])
    let b = Loss.evaluate(logits: shifted, labels: [1])
    #expect(difference(a.gradient, b.gradient) == nil)
    #expect(difference(a.losses, b.losses) == nil)
  }

  @Test func largeLogitsDoNotOverflow() {
    let logits = Matrix<Float>(rows: 2, columns: 2, elements: [3e38, -3e38, 1000, 0])
    let result = Loss.evaluate(logits: logits, labels: [0, 1])
    #expect(result.losses[0] == 0 && result.losses[1] == 1000)
    #expect(result.gradient.elements == [0, 0, 1, -1])
    #expect(result.hits == [true, false])
  }

  @Test func theFirstOfEqualsIsTheLargest() {
    let logits = Matrix<Float>(rows: 3, columns: 3, elements: [2, 2, 1, 2, 2, 1, 0, 5, 5])
    #expect(Loss.evaluate(logits: logits, labels: [0, 1, 1]).hits == [true, false, true])
  }

  @Test(arguments: [0, 1, 2])
  func whatIsNotANumberStaysVisible(_ place: Int) {
    var logits = Matrix<Float>(rows: 2, columns: 3)
    logits[1, place] = .nan
    let result = Loss.evaluate(logits: logits, labels: [1, 1])
    #expect(!result.losses[0].isNaN && result.losses[1].isNaN)
    for o in 0..<3 { #expect(result.gradient[1, o].isNaN) }
  }
}
