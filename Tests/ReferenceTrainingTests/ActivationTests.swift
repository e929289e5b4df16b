import Foundation
import GradientOracles
import PropertyTesting
import Testing

@testable import ReferenceTraining

@Suite struct ReLUTests {
  static let x = Matrix<Float>(
    rows: 2, columns: 4, elements: [-2, -0.0, 0, 3, -.infinity, .infinity, 0x1p-149, -0x1p-149])

  @Test func keepsWhatIsPositive() {
    let y = ReLU.forward(Self.x)
    #expect(difference(y.elements, [0, -0.0, 0, 3, 0, .infinity, 0x1p-149, 0]) == nil)
  }

  @Test func passesTheGradientWhereTheInputIsPositive() {
    let g = Matrix<Float>(rows: 2, columns: 4, elements: [1, 2, 3, 4, 5, 6, 7, 8])
    let gradient = ReLU.backward(x: Self.x, outputGradient: g)
    #expect(difference(gradient.elements, [0, 0, 0, 4, 0, 6, 7, 0]) == nil)
  }

  @Test func whatIsNotANumberStaysVisible() {
    let x = Matrix<Float>(rows: 1, columns: 1, filledWith: .nan)
    #expect(ReLU.forward(x)[0, 0].isNaN)
    let g = Matrix<Float>(rows: 1, columns: 1, filledWith: 2)
    #expect(ReLU.backward(x: x, outputGradient: g)[0, 0] == 2)
  }
}

@Suite struct ReLU6Tests {
  static let x = Matrix<Float>(
    rows: 2, columns: 5,
    elements: [-2, -0.0, 0, 3, 6, 6.5, -.infinity, .infinity, 0x1p-149, Float(6).nextDown])

  @Test func cutsOffBothEnds() {
    let y = ReLU6.forward(Self.x)
    #expect(
      difference(y.elements, [0, -0.0, 0, 3, 6, 6, 0, 6, 0x1p-149, Float(6).nextDown]) == nil)
  }

  /// Strictly between the kinks; at 0 and at 6 the slope is 0.
  @Test func passesTheGradientBetweenTheKinks() {
    let g = Matrix<Float>(rows: 2, columns: 5, elements: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    let gradient = ReLU6.backward(x: Self.x, outputGradient: g)
    #expect(difference(gradient.elements, [0, 0, 0, 4, 0, 0, 0, 0, 9, 10]) == nil)
  }

  @Test func whatIsNotANumberStaysVisible() {
    let x = Matrix<Float>(rows: 1, columns: 1, filledWith: .nan)
    #expect(ReLU6.forward(x)[0, 0].isNaN)
    let g = Matrix<Float>(rows: 1, columns: 1, filledWith: 2)
    #expect(ReLU6.backward(x: x, outputGradient: g)[0, 0] == 2)
  }
}

@Suite struct TanhTests {
  @Test func isTheScalarFunctionElementwise() {
    var random = RandomNumbers(seed: 4)
    let x: Matrix<Float> = random.matrix(rows: 5, columns: 7)
    #expect(difference(Tanh.forward(x).elements, x.elements.map { Float.tanh($0) }) == nil)
  }

  @Test func backwardIsOneLessTheSquareOfTheOutput() {
    let y = Matrix<Float>(rows: 1, columns: 5, elements: [0, 0.5, -0.5, 1, -0.75])
    let g = Matrix<Float>(rows: 1, columns: 5, elements: [3, 8, 16, 5, -16])
    #expect(Tanh.backward(y: y, outputGradient: g).elements == [3, 6, 12, 0, -7])
  }

  /// 1 − (1 − 2⁻¹³)² = 2⁻¹² − 2⁻²⁶: with the square rounded first it would be another number.
  @Test func theSlopeIsRoundedOnce() {
    let y = Matrix<Float>(rows: 1, columns: 1, filledWith: 1 - 0x1p-13)
    let g = Matrix<Float>(rows: 1, columns: 1, filledWith: 1)
    let slope = Tanh.backward(y: y, outputGradient: g)[0, 0]
    #expect(slope == 0x1p-12 - 0x1p-26)
    #expect(slope != 1 - y[0, 0] * y[0, 0])
  }
}

@Suite struct GELUTests {
  /// 0 at 0, what enters far above it, and 0 far below.
  @Test func isZeroOrTheIdentityFarOut() {
    let x = Matrix<Float>(rows: 1, columns: 6, elements: [0, -0.0, 30, 1e30, -30, -1e30])
    #expect(difference(GELU.forward(x).elements, [0, -0.0, 30, 1e30, -0.0, -0.0]) == nil)
    let g = Matrix<Float>(rows: 1, columns: 4, elements: [8, 5, 3, 2])
    let ends = Matrix<Float>(rows: 1, columns: 4, elements: [0, 30, -30, 1000])
    #expect(GELU.backward(x: ends, outputGradient: g).elements == [4, 5, 0, 2])
  }

  /// x/2 (1 + tanh u), as the definition has it, within the errors of either side in `Double`.
  @Test func isTheDefinitionByTheHyperbolicTangent() {
    typealias Number = RunningError<Double>
    var random = RandomNumbers(seed: 5)
    let drawn: Matrix<Float> = random.matrix(rows: 40, columns: 5)
    let x = drawn.map { Number($0) * Number(4.0) }
    let y = GELU.forward(x)
    for (x, y) in zip(x.elements, y.elements) {
      let cube = x * x * x
      let u = (Number(2.0) / Number(Double.pi)).squareRoot() * (x + Number(0.044715) * cube)
      let defined = x / Number(2.0) * (Number(1.0) + Number.tanh(u))
      #expect((y.value - defined.value).magnitude <= y.error + defined.error)
    }
  }

  /// In `Float` the digits that 1 + tanh u would lose are kept: within the bound of the operations.
  @Test func keepsDigitsWhereItIsSmall() {
    let x = Matrix<Float>(rows: 1, columns: 3, elements: [-3, -5, -7])
    let exact = GELU.forward(x.map { Double($0) }).elements
    // Of the exponent, four roundings at most and of so large a number; then e, 1 + e and x/(1 + e).
    for (x, (y, exact)) in zip(x.elements, zip(GELU.forward(x).elements, exact)) {
      let exponent = -log(exact / Double(x))
      let bound = (4 * exponent + 4) * Double(Float.ulpOfOne) / 2 * exact.magnitude
      #expect((Double(y) - exact).magnitude <= bound)
    }
  }

  @Test func whatIsNotANumberStaysVisible() {
    let x = Matrix<Float>(rows: 1, columns: 1, filledWith: .nan)
    #expect(GELU.forward(x)[0, 0].isNaN)
    #expect(GELU.backward(x: x, outputGradient: x)[0, 0].isNaN)
  }
}
