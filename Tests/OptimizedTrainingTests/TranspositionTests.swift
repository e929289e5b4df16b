import Testing

@testable import OptimizedTraining

@Suite struct TranspositionTests {
  @Test func rowsBecomeColumns() {
    let matrix = PanelMatrix(rows: 16, columns: 16)
    matrix.load((0..<256).map { Float($0) }, rows: 16)
    var square = Square(matrix.lines)
    square.transpose()
    let result = PanelMatrix(rows: 16, columns: 16)
    square.store(result.lines)
    let expected = (0..<256).map { Float($0 % 16 * 16 + $0 / 16) }
    #expect(result.elements(rows: 16) == expected)
    #expect(result.guardsAreIntact)
  }
}
