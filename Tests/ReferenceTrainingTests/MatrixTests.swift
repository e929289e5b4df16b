import Testing
import TrainingCore

@testable import ReferenceTraining

@Suite struct MatrixTests {
  @Test(arguments: [1, 2, 15, 16, 17, 32, 33], [1, 3, 16, 20])
  func transposesEveryElement(_ rows: Int, _ columns: Int) {
    let matrix = Matrix<Float>(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { Float($0) })
    let transposed = matrix.transposed
    #expect(transposed.rows == columns && transposed.columns == rows)
    for row in 0..<rows {
      for column in 0..<columns {
        #expect(transposed[column, row] == Float(row * columns + column))
      }
    }
  }

  @Test func addsAMultipleOfOneRowToOneRow() {
    var matrix = Matrix<Float>(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])
    let other = Matrix<Float>(rows: 2, columns: 2, elements: [10, 20, 30, 40])
    matrix.addProduct(2, row: 1, of: other, toRow: 2)
    #expect(matrix.elements == [1, 2, 3, 4, 65, 86])
  }

  /// One rounding: 1 − (1 + 2⁻¹²)(1 − 2⁻¹²) = 2⁻²⁴ is lost if the product is rounded first.
  @Test func fusesMultiplicationAndAddition() {
    var matrix = Matrix<Float>(rows: 1, columns: 1, filledWith: 1)
    let other = Matrix<Float>(rows: 1, columns: 1, filledWith: 1 - 0x1p-12)
    matrix.addProduct(-(1 + 0x1p-12), row: 0, of: other, toRow: 0)
    #expect(matrix[0, 0] == 0x1p-24)
  }

  @Test func tensorsBecomeTables() throws {
    let values: [Float] = [1, 2, 3, 4, 5, 6]
    let tensor = Tensor(name: "w", shape: [3, 2], values: values)
    #expect(Matrix<Float>(tensor) == Matrix(rows: 3, columns: 2, elements: values))
    let vector = Tensor(name: "b", shape: [6], values: values)
    let pointwise = ConvolutionSpec(
      inputChannels: 2, outputChannels: 1, kernel: 1, hasBias: false)
    let model = try ModelSpec(
      name: "pairs", input: ImageShape(height: 1, width: 1, channels: 3),
      layers: [.dense(inputs: 3, outputs: 2), .tanh, .convolution(pointwise)])
    let pairs = Parameters<Double>.pairs(
      [tensor, vector, vector], of: ParameterLayout(of: model).parameters)
    #expect(pairs.count == 2)
    #expect(pairs[0].weight == Matrix(rows: 3, columns: 2, elements: values.map(Double.init)))
    #expect(pairs[0].bias == Matrix(rows: 1, columns: 6, elements: values.map(Double.init)))
    #expect(pairs[1].weight.rows == 1 && pairs[1].bias.columns == 0)
    #expect(pairs.map(\.matrices.count) == [2, 1])
    #expect(pairs[1].zeros.weight == Matrix(rows: 1, columns: 6))
  }

  @Test func clearingLeavesZeros() {
    var matrix = Matrix<Float>(rows: 2, columns: 2, filledWith: .nan)
    matrix.clear()
    #expect(matrix == Matrix(rows: 2, columns: 2))
  }
}
