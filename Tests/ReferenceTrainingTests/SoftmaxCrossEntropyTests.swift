import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

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

  /// PyTorch's definition: (1 − ε) w_t times −log softmax(z)_t, and ε/O times Σₒ wₒ of them all; the
  /// gradient is that of a weighted sum of −log softmax.
  @Test(arguments: [(0.1, false), (0, true), (0.3, true)], 0..<3)
  func `label smoothing and class weights are PyTorch's`(
    _ options: (smoothing: Double, isWeighted: Bool), _ seed: Int
  ) {
    typealias Number = RunningError<Double>
    var random = RandomNumbers(seed: UInt64(seed))
    let logits: Matrix<Number> = random.matrix(rows: 6, columns: 5)
    let labels = random.labels(6, classes: 5)
    let classWeights = options.isWeighted ? [0.3, 2, 1, 0.7, 5] : []
    let spec = CrossEntropySpec(labelSmoothing: options.smoothing, classWeights: classWeights)
    let result = Loss.evaluate(logits: logits, labels: labels, spec)
    let w = (0..<5).map { Number(options.isWeighted ? classWeights[$0] : 1) }
    var losses: [Number] = []
    var gradient: [Number] = []
    for (n, label) in labels.enumerated() {
      let exponentials = (0..<5).map { Number.exp(logits[n, $0]) }
      let sum = exponentials.reduce(.zero, +)
      let counts = (0..<5).map { o in
        Number(spec.labelSmoothing) / Number(5.0) * w[o]
          + (o == Int(label) ? Number(1 - spec.labelSmoothing) * w[o] : .zero)
      }
      var loss = Number.zero
      for o in 0..<5 {
        loss = loss - counts[o] * Number.log(exponentials[o] / sum)
        let pull = (0..<5).reduce(Number.zero) { $0 + counts[$1] * (exponentials[o] / sum) }
        gradient.append(pull - counts[o])
      }
      losses.append(loss)
    }
    for (actual, expected) in [(result.losses, losses), (result.gradient.elements, gradient)] {
      #expect(
        excess(
          actual.map(\.value), expected.map(\.value),
          bounds: zip(actual, expected).map { $0.error + $1.error }) == nil)
    }
    #expect(
      result.weights.map(\.value) == (options.isWeighted ? labels.map { w[Int($0)].value } : []))
  }

  /// Weights of 1 change no bit, and without smoothing a sample's loss and gradient are multiplied.
  @Test func weightsMultiply() {
    var random = RandomNumbers(seed: 9)
    let logits: Matrix<Float> = random.matrix(rows: 4, columns: 3)
    let labels: [UInt8] = [0, 2, 1, 2]
    let plain = Loss.evaluate(logits: logits, labels: labels)
    let ones = Loss.evaluate(
      logits: logits, labels: labels, CrossEntropySpec(classWeights: [1, 1, 1]))
    #expect(difference(ones.losses, plain.losses) == nil)
    #expect(difference(ones.gradient, plain.gradient) == nil)
    let twos = Loss.evaluate(
      logits: logits, labels: labels, CrossEntropySpec(classWeights: [2, 2, 0.5]))
    let factors: [Float] = [2, 0.5, 2, 0.5]
    #expect(difference(twos.losses, zip(plain.losses, factors).map(*)) == nil)
    for n in 0..<4 {
      for o in 0..<3 { #expect(twos.gradient[n, o] == factors[n] * plain.gradient[n, o]) }
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
