import GradientOracles
import PropertyTesting
import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct GroupNormTests {
  /// Two groups of two channels over two positions: 5 ± 1 and −2 ± 3, each with its own mean and, with
  /// ε = 0, an exact deviation.
  @Test func eachGroupHasItsOwnStatistics() {
    let spec = GroupNormSpec(features: 4, groups: 2, epsilon: 0)
    let x = Matrix<Float>(rows: 2, columns: 4, elements: [4, 6, -5, 1, 6, 4, 1, -5])
    let normalized = GroupNorm.normalize(x, spec, positions: 2)
    #expect(normalized.x.elements == [-1, 1, -1, 1, 1, -1, 1, -1])
    #expect(normalized.inverseDeviation == [[1, 1, 1 / 3, 1 / 3]])
    #expect(normalized.groups == [0..<2])
    let parameters = Parameters<Float>(
      weight: Matrix(rows: 1, columns: 4, elements: [2, 3, 4, 5]),
      bias: Matrix(rows: 1, columns: 4, elements: [10, 20, 30, 40]))
    let y = BatchNorm.forward(normalized, with: parameters)
    #expect(y.elements == [8, 23, 26, 45, 12, 17, 34, 35])
  }

  /// Of a group of two nothing is left, since x̂ is ±1 whatever x is; of four, something is.
  @Test func theGradientIsCentredAndHasNoPartAlongTheOutput() {
    let spec = GroupNormSpec(features: 4, groups: 1, epsilon: 0)
    let x = Matrix<Float>(rows: 1, columns: 4, elements: [1, 3, 3, 1])
    let normalized = GroupNorm.normalize(x, spec, positions: 1)
    #expect(normalized.x.elements == [-1, 1, 1, -1])
    let gradient = GroupNorm.inputGradient(
      normalized, spec, scale: Matrix(rows: 1, columns: 4, elements: [2, 1, 1, 4]),
      outputGradient: Matrix(rows: 1, columns: 4, elements: [4, 0, 4, 1]))
    // h = (8, 0, 4, 4) averages 4, h x̂ = (−8, 0, 4, −4) averages −2.
    #expect(gradient.elements == [2, -2, 2, -2])
    let pairs = GroupNormSpec(features: 4, groups: 2, epsilon: 0)
    let nothing = GroupNorm.inputGradient(
      GroupNorm.normalize(x, pairs, positions: 1), pairs,
      scale: Matrix(rows: 1, columns: 4, filledWith: 1),
      outputGradient: Matrix(rows: 1, columns: 4, elements: [8, 0, 0, 16]))
    #expect(nothing.elements == [0, 0, 0, 0])
  }

  /// A sample is normalised the same alone and among others, to the bit.
  @Test func samplesDontMeet() {
    var random = RandomNumbers(seed: 12)
    let spec = GroupNormSpec(features: 6, groups: 3)
    let x: Matrix<Float> = random.matrix(rows: 8, columns: 6)
    let all = GroupNorm.normalize(x, spec, positions: 2)
    for sample in 0..<4 {
      let elements = Array(x.elements[sample * 12..<(sample + 1) * 12])
      let alone = GroupNorm.normalize(
        Matrix(rows: 2, columns: 6, elements: elements), spec, positions: 2)
      #expect(alone.x.elements == Array(all.x.elements[sample * 12..<(sample + 1) * 12]))
      #expect(alone.inverseDeviation[0] == all.inverseDeviation[sample])
    }
  }

  /// Sums fold into sixteen by the channel, and these ascending: 1 is lost beside 2²⁴, and 1 + 1 isn't.
  @Test func sumsFoldBySixteenChannels() {
    let spec = GroupNormSpec(features: 32, groups: 1, epsilon: 1)
    var x = Matrix<Float>(rows: 1, columns: 32)
    x[0, 0] = 0x1p24
    for lane in 1..<16 { (x[0, lane], x[0, 16 + lane]) = (1, 1) }
    let mean: Float = (0x1p24 + 30) / 32
    let normalized = GroupNorm.normalize(x, spec, positions: 1)
    let inverse = normalized.inverseDeviation[0][5]
    #expect(normalized.x[0, 5] == (1 - mean) * inverse)
    #expect(normalized.x[0, 5] != (1 - 0x1p24 / 32) * inverse)
  }
}
