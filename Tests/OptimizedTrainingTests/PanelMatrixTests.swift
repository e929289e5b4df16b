import Testing

@testable import OptimizedTraining

/// How a matrix lies in panels, and the lines on either side of it that nobody may write.
@Suite struct PanelMatrixTests {
  static let shapes = [(1, 1), (3, 15), (2, 16), (5, 17), (16, 32), (33, 33), (64, 70)]

  @Test(arguments: shapes, [false, true])
  func `elements are packed and unpacked unchanged`(
    _ shape: (rows: Int, columns: Int), _ spreads: Bool
  ) {
    let (rows, columns) = shape
    let matrix = PanelMatrix(rows: rows, columns: columns, spreads: spreads)
    #expect(matrix.elements(rows: rows) == Array(repeating: 0, count: rows * columns))
    let elements = (0..<rows * columns).map { Float($0 + 1) }
    matrix.load(elements, rows: rows)
    #expect(matrix.elements(rows: rows) == elements)
    #expect(matrix.elements(rows: rows - 1) == Array(elements.prefix((rows - 1) * columns)))
    for row in 0..<rows {
      for column in 0..<columns {
        #expect(matrix.panel(column / 16)[row][column % 16] == elements[row * columns + column])
      }
    }
    let copy = PanelMatrix(rows: rows, columns: columns, spreads: spreads)
    copy.copy(matrix)
    matrix.clear()
    #expect(copy.elements(rows: rows) == elements)
    #expect(matrix.elements(rows: rows) == Array(repeating: 0, count: rows * columns))
    #expect(matrix.guardsAreIntact && copy.guardsAreIntact)
  }

  @Test func `spread panels start an odd number of lines apart`() {
    #expect(PanelMatrix(rows: 64, columns: 40, spreads: true).stride == 65)
    #expect(PanelMatrix(rows: 65, columns: 40, spreads: true).stride == 65)
    #expect(PanelMatrix(rows: 64, columns: 40).stride == 64)
    #expect([0, 1, 16, 17, 32].map(PanelMatrix.panelCount) == [0, 1, 1, 2, 2])
  }

  /// A write one line off the ends shows, and one at the ends doesn't.
  @Test(arguments: shapes)
  func `a write outside of a matrix shows in its guards`(_ shape: (rows: Int, columns: Int)) {
    let count = PanelMatrix.panelCount(shape.columns) * shape.rows
    for line in [-PanelMatrix.guardLines, -1, count, count + PanelMatrix.guardLines - 1] {
      let matrix = PanelMatrix(rows: shape.rows, columns: shape.columns)
      matrix.lines[0] = .one
      matrix.lines[count - 1] = .one
      #expect(matrix.guardsAreIntact)
      matrix.lines[line][3] = 0
      #expect(!matrix.guardsAreIntact)
    }
  }
}
