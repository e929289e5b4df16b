#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A matrix in panels of sixteen columns, [panel][row][lane]: weights, activations, gradients.
///
/// One line, sixteen numbers, is one cache line and one vector register. Going down a panel reads
/// memory in order, which is what both operands of every GEMM do here: as the right operand a panel
/// is read line by line, and as the left one a block of rows is a block of neighbouring lines. So
/// matrices are packed as they lie, and no GEMM packs anything.
///
/// Lanes beyond the last column hold unspecified numbers: no lane is ever added to another, so they
/// never reach those within.
final class PanelMatrix {
  let rows: Int
  /// The columns; the last panel may have unused lanes.
  let columns: Int
  /// Lines from one panel to the next.
  let stride: Int
  /// The first line of the first panel.
  let lines: UnsafeMutablePointer<Lanes>
  private let allocation: UnsafeMutableRawPointer
  private let lineCount: Int

  /// Guard lines on either side of a matrix, which are never written and read as not a number.
  static let guardLines = 16

  /// Makes a matrix of zeros.
  ///
  /// With `spreads`, panels start in different sets of the caches. Without it a batch of 64 would
  /// start each panel 4 KiB after the one before, and blocks of the same rows would drive each other
  /// out of a first-level cache that looks at these address bits alone.
  init(rows: Int, columns: Int, spreads: Bool = false) {
    self.rows = rows
    self.columns = columns
    stride = spreads ? rows | 1 : rows
    lineCount = Self.panelCount(columns) * stride
    let byteCount = (lineCount + 2 * Self.guardLines) * MemoryLayout<Lanes>.stride
    // What is large may lie in large pages, which must begin at a multiple of their size.
    let largePage = 1 << 21
    let isLarge = byteCount >= largePage / 2
    allocation = .allocate(
      byteCount: isLarge ? (byteCount + largePage - 1) / largePage * largePage : byteCount,
      alignment: isLarge ? largePage : MemoryLayout<Lanes>.alignment)
    #if canImport(Glibc)
      if isLarge { madvise(allocation, byteCount, MADV_HUGEPAGE) }
    #endif
    let all = allocation.bindMemory(to: Lanes.self, capacity: lineCount + 2 * Self.guardLines)
    all.initialize(repeating: .zero, count: lineCount + 2 * Self.guardLines)
    all.update(repeating: Self.guardLine, count: Self.guardLines)
    lines = all + Self.guardLines
    (lines + lineCount).update(repeating: Self.guardLine, count: Self.guardLines)
  }

  deinit { allocation.deallocate() }

  /// The number of panels that columns take.
  static func panelCount(_ columns: Int) -> Int {
    (columns + Lanes.scalarCount - 1) / Lanes.scalarCount
  }

  var panels: Int { Self.panelCount(columns) }

  /// The first line of a panel.
  @inline(__always)
  func panel(_ index: Int) -> UnsafeMutablePointer<Lanes> { lines + index * stride }

  static var guardLine: Lanes { Lanes(repeating: .nan) }
}

extension PanelMatrix {
  /// Packs the first rows, [rows, columns] in row order.
  func load(_ elements: [Float], rows: Int) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = elements[row * columns + column] }
    }
  }

  /// A copy of the first rows, [rows, columns] in row order.
  func elements(rows: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      for row in 0..<rows {
        for column in 0..<columns { buffer[row * columns + column] = self[row, column] }
      }
      count = rows * columns
    }
  }

  subscript(row: Int, column: Int) -> Float {
    get { panel(column / Lanes.scalarCount)[row][column % Lanes.scalarCount] }
    set { panel(column / Lanes.scalarCount)[row][column % Lanes.scalarCount] = newValue }
  }

  /// Writes some rows of one panel as the columns of another matrix, from 0 on.
  ///
  /// The panel's columns become rows; `targetRow` is that of column 0 of the whole matrix.
  func transpose(
    panel: Int, firstRow: Int, rows: Int, into target: PanelMatrix, at targetRow: Int
  ) {
    let width = Lanes.scalarCount
    let written = min(width, columns - panel * width)
    for row in Swift.stride(from: 0, to: rows, by: width) {
      let source = self.panel(panel) + firstRow + row
      let lines = target.panel(row / width) + targetRow + panel * width
      Transposition.transpose({ source[$0] }) { column, values in
        if column < written { lines[column] = values }
      }
    }
  }

  /// Copies the values of another matrix of the same shape.
  func copy(_ other: PanelMatrix) { lines.update(from: other.lines, count: lineCount) }

  func clear() { lines.update(repeating: .zero, count: lineCount) }
}
