import Testing

@testable import OptimizedTraining

/// The five loops around the micro-kernel, against one fold an element.
@Suite struct GEMMTests {
  fileprivate struct Case {
    let a: PanelMatrix
    let b: PanelMatrix
    let start: PanelMatrix
    let c: PanelMatrix
    let depth: Int

    /// Numbers whose sums round, so that the order of a fold shows; C begins as not a number.
    init(rows: Int, columns: Int, depth: Int) {
      var word: UInt32 = 12345
      func matrix(_ rows: Int, _ columns: Int) -> PanelMatrix {
        let matrix = PanelMatrix(rows: rows, columns: columns, spreads: true)
        let numbers = (0..<rows * columns).map { _ in
          word = word &* 1_664_525 &+ 1_013_904_223
          return Float(Int32(bitPattern: word) >> 8) * 0x1p-23
        }
        matrix.load(numbers, rows: rows)
        return matrix
      }
      a = matrix(rows, depth)
      b = matrix(depth, columns)
      start = matrix(1, columns)
      c = PanelMatrix(rows: rows, columns: columns, spreads: true)
      c.lines.update(repeating: Lanes(repeating: .nan), count: c.panels * c.stride)
      self.depth = depth
    }

    func element(_ row: Int, _ column: Int, startsAtRow: Bool) -> Float {
      (0..<depth).reduce(startsAtRow ? start[0, column] : 0) {
        $0.addingProduct(a[row, $1], b[$1, column])
      }
    }

    func multiply(
      rows: Range<Int>, panels: Range<Int>, startsAtRow: Bool,
      finish: (Range<Int>, Range<Int>) -> Void = { _, _ in }
    ) {
      GEMM.multiply(
        a, b, into: c, rows: rows, panels: panels, depth: depth,
        from: startsAtRow ? .row(start.lines) : .zero, finish: finish)
    }

    var guardsAreIntact: Bool { [a, b, start, c].allSatisfy(\.guardsAreIntact) }
  }

  /// Rows of every kind of tile, one and two panels, the contraction through several blocks.
  @Test(arguments: [1, 2, 3, 4, 7, 8, 11, 12, 13, 15, 23, 25], [1, 16, 17, 32, 33, 48])
  func `an element is one fold over k`(_ rows: Int, _ columns: Int) {
    let block = GEMM.kc
    for depth in [1, 15, 16, 17, block - 1, block, block + 1, 2 * block + 3] {
      for startsAtRow in [false, true] {
        let product = Case(rows: rows, columns: columns, depth: depth)
        product.multiply(rows: 0..<rows, panels: 0..<product.c.panels, startsAtRow: startsAtRow)
        #expect(product.differences(startsAtRow: startsAtRow) == 0)
        #expect(product.guardsAreIntact)
      }
    }
  }

  /// Rows and panels through several of the outer blocks.
  @Test(arguments: [(GEMM.mc + 13, 20), (5, GEMM.nc + 17)])
  func `blocks of MC and NC leave each element one fold`(_ rows: Int, _ columns: Int) {
    let product = Case(rows: rows, columns: columns, depth: GEMM.kc + 5)
    product.multiply(rows: 0..<rows, panels: 0..<product.c.panels, startsAtRow: true)
    #expect(product.differences(startsAtRow: true) == 0)
    #expect(product.guardsAreIntact)
  }

  /// A part of a product leaves the rest alone.
  @Test(arguments: [(0..<1, 0..<1), (3..<20, 1..<3), (12..<29, 2..<3), (7..<7, 0..<3)])
  func `a part of a product leaves the rest alone`(_ rows: Range<Int>, _ panels: Range<Int>) {
    let product = Case(rows: 29, columns: 40, depth: GEMM.kc + 9)
    product.multiply(rows: rows, panels: panels, startsAtRow: true)
    for row in 0..<29 {
      for column in 0..<40 {
        let isAsked = rows.contains(row) && panels.contains(column / 16)
        let value = product.c[row, column]
        #expect(isAsked ? value == product.element(row, column, startsAtRow: true) : value.isNaN)
      }
    }
  }

  /// Each part is finished once, when it is complete.
  @Test func `every part is finished once, when it is complete`() {
    let rows = GEMM.mc + 5
    let product = Case(rows: rows, columns: 70, depth: GEMM.kc + 1)
    var finished = Array(repeating: 0, count: rows * product.c.panels)
    product.multiply(rows: 0..<rows, panels: 0..<product.c.panels, startsAtRow: false) {
      for panel in $0 {
        for row in $1 {
          finished[row * product.c.panels + panel] += 1
          #expect(
            product.c[row, panel * 16] == product.element(row, panel * 16, startsAtRow: false))
        }
      }
    }
    #expect(finished.allSatisfy { $0 == 1 })
  }
}

extension GEMMTests.Case {
  fileprivate func differences(startsAtRow: Bool) -> Int {
    var count = 0
    for row in 0..<c.rows {
      for column in 0..<c.columns
      where c[row, column].bitPattern
        != element(row, column, startsAtRow: startsAtRow).bitPattern
      { count += 1 }
    }
    return count
  }
}
