import Testing

@testable import OptimizedTraining

@Suite struct TranspositionTests {
  @Test func `rows become columns`() {
    let matrix = PanelMatrix(rows: 16, columns: 16)
    matrix.load((0..<256).map { Float($0) }, rows: 16)
    let result = PanelMatrix(rows: 16, columns: 16)
    var columns: [Int] = []
    Transposition.transpose({ matrix.lines[$0] }) { column, values in
      columns.append(column)
      result.lines[column] = values
    }
    #expect(columns == Array(0..<16))
    let expected = (0..<256).map { Float($0 % 16 * 16 + $0 / 16) }
    #expect(result.elements(rows: 16) == expected)
    #expect(result.guardsAreIntact)
  }
}
