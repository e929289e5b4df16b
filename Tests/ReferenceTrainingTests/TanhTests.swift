import PropertyTesting
import Testing

@testable import ReferenceTraining

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
