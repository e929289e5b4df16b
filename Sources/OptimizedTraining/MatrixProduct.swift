/// C = start + A B by five loops around a microkernel, as in BLIS.
///
/// Van Zee and van de Geijn, "BLIS: A framework for rapidly instantiating BLAS functionality", ACM
/// Transactions on Mathematical Software 41, 2015, figure 4: columns of C in blocks of NC, the
/// contraction in blocks of KC, rows in blocks of MC, and inside of them tiles of NR columns and MR
/// rows. What the five loops usually pack is packed already (see `PanelMatrix`). A block of the
/// contraction begins with what the one before left in C, so that every element is one fold over k
/// in ascending order.
enum MatrixProduct {
  /// KC: two panels of B over so many k are 32 KiB and stay in the first-level cache (48 KiB where
  /// AVX-512 is) beside the block of A that passes through.
  static let depthBlock = 256
  /// MC: so many rows of A over KC are 240 KiB, a quarter of a second-level cache of 1 MiB.
  static let rowBlock = 240
  /// NC: so many panels of B over K, some hundred numbers, are half of that cache.
  ///
  /// They are taken from the last to the first: the step before has stepped weights from the first
  /// to the last, and the last ones are still there.
  static let panelBlock = 8

  /// Where the fold over k begins.
  enum Start {
    /// At zero.
    case zero
    /// At a row of numbers that all rows of C have in common: a line a panel.
    case row(UnsafePointer<Lanes>)
  }

  /// Computes a part of a product.
  ///
  /// - Parameters:
  ///   - a: The left operand A, [rows, K].
  ///   - b: The right operand B, [K, columns].
  ///   - c: The product C, [rows, columns].
  ///   - rows: The rows of C that are computed.
  ///   - panels: The panels of C that are computed.
  ///   - depth: The contraction's length K.
  ///   - start: Where the fold begins.
  ///   - leftShift: From a row of C to that of A which belongs to it.
  ///   - finish: Called with each block of panels and rows once it is complete, while it is in a
  ///     cache.
  @inline(__always)
  static func multiply(
    _ a: PanelMatrix, _ b: PanelMatrix, into c: PanelMatrix, rows: Range<Int>,
    panels: Range<Int>, depth: Int, from start: Start, leftShift: Int = 0,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    for panelBlock in Blocks(of: panels, size: panelBlock) {
      for depthBlock in Blocks(of: 0..<depth, size: depthBlock) {
        for rowBlock in Blocks(of: rows, size: rowBlock) {
          for tilePanels in Blocks(of: panelBlock, size: tilePanels(rows: rows.count)) {
            let block = Block(
              a: a, b: b, c: c, depth: depthBlock, start: start, leftShift: leftShift)
            switch tilePanels.count {
            case 4: block.multiply(OneRow<FourPanels>.self, row: rowBlock.lowerBound, tilePanels)
            case 3:
              block.multiply(TwoPanels.self, rows: rowBlock, panel: tilePanels.lowerBound)
              block.multiply(OnePanel.self, rows: rowBlock, panel: tilePanels.lowerBound + 2)
            case 2: block.multiply(TwoPanels.self, rows: rowBlock, panel: tilePanels.lowerBound)
            default: block.multiply(OnePanel.self, rows: rowBlock, panel: tilePanels.lowerBound)
            }
            if depthBlock.upperBound == depth { finish(tilePanels, rowBlock) }
          }
        }
      }
    }
  }

  /// NR in panels: a single row has registers left for four, whose chains of multiply-adds hide
  /// each other's latency.
  @inline(__always)
  private static func tilePanels(rows: Int) -> Int {
    rows == 1 ? 4 : Microkernel.columns / Lanes.scalarCount
  }
}

/// A range in parts of a size; the last has the rest.
struct Blocks: Sequence, IteratorProtocol {
  private let range: Range<Int>
  private let size: Int
  private var taken = 0

  /// Divides a range.
  ///
  /// - Parameters:
  ///   - range: What is divided.
  ///   - size: The size of the parts.
  init(of range: Range<Int>, size: Int) {
    self.range = range
    self.size = size
  }

  @inline(__always)
  mutating func next() -> Range<Int>? {
    let count = (range.count + size - 1) / size
    guard taken < count else { return nil }
    let start = range.lowerBound + taken * size
    taken += 1
    return start..<Swift.min(start + size, range.upperBound)
  }
}

/// A block of the contraction: what the two innermost loops work on.
private struct Block {
  let a: PanelMatrix
  let b: PanelMatrix
  let c: PanelMatrix
  let depth: Range<Int>
  let start: MatrixProduct.Start
  let leftShift: Int

  /// The innermost loop: tiles down the rows, as tall as they fit.
  @inline(never)
  @_specialize(where C == OnePanel)
  @_specialize(where C == TwoPanels)
  func multiply<C: ColumnGroup>(_ columns: C.Type, rows: Range<Int>, panel: Int) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      switch min(rows.upperBound - row, Microkernel.rows) {
      case 12...: row += tile(TwelveRows<C>.self, row: row, panel: panel)
      case 8...: row += tile(EightRows<C>.self, row: row, panel: panel)
      case 4...: row += tile(FourRows<C>.self, row: row, panel: panel)
      case 2...: row += tile(TwoRows<C>.self, row: row, panel: panel)
      default: row += tile(OneRow<C>.self, row: row, panel: panel)
      }
    }
  }

  /// A single tile.
  @inline(never)
  @_specialize(where R == OneRow<FourPanels>)
  func multiply<R: RowGroup>(_ type: R.Type, row: Int, _ panels: Range<Int>) {
    _ = tile(type, row: row, panel: panels.lowerBound)
  }

  /// One tile over the block's k.
  ///
  /// A row of A lies in panels of sixteen k, so k goes panel by panel.
  ///
  /// - Returns: The rows that were done.
  @inline(__always)
  private func tile<R: RowGroup>(_ type: R.Type, row: Int, panel: Int) -> Int {
    let width = Lanes.scalarCount
    let target = c.panel(panel) + row
    let targetStride = c.stride
    var tile = R { index in
      guard depth.lowerBound == 0 else {
        return R.Columns { target[index + $0 * targetStride] }
      }
      return switch start {
      case .zero: R.Columns { _ in .zero }
      case .row(let line): R.Columns { line[panel + $0] }
      }
    }
    var left = UnsafeRawPointer(a.panel(depth.lowerBound / width) + row + leftShift)
      .assumingMemoryBound(to: Float.self)
    let leftStride = a.stride * width
    var right = UnsafePointer(b.panel(panel) + depth.lowerBound)
    let rightStride = b.stride
    var remaining = depth.count
    while remaining > 0 {
      let count = min(remaining, width)
      for k in 0..<count {
        tile.addProduct(left + k, stride: width, R.Columns { right[k + $0 * rightStride] })
      }
      left += leftStride
      right += count
      remaining -= count
    }
    tile.forEach(from: 0) { index, columns in
      columns.forEach { target[index + $0 * targetStride] = $1 }
    }
    return R.rows
  }
}
