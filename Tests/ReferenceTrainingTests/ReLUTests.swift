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
