import PropertyTesting
import Testing

@testable import ReferenceTraining

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
