#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A matrix in panels of sixteen columns, [panel][row][lane]: weights, activations, gradients.
///
/// One line, sixteen numbers, is one cache line and one vector register. Going down a panel reads
/// memory in order, which is what both operands of every product do here: as the right operand a
/// panel is read line by line, and as the left one a block of rows is a block of neighbouring
/// lines. So nothing has to be packed before it is multiplied.
///
/// Lanes beyond the last column hold nothing of meaning: no lane is ever added to another, so they
/// never reach those that do.
final class PanelMatrix {
  /// The rows that there is room for.
  let rows: Int
  /// The columns that have a meaning.
  let columns: Int
  /// Lines from one panel to the next.
  let stride: Int
  /// The first line of the first panel.
  let lines: UnsafeMutablePointer<Lanes>
  private let allocation: UnsafeMutableRawPointer
  private let lineCount: Int

  /// Lines on either side of a matrix that nobody may write, and that read as not a number.
  static let guardLines = 16

  /// Makes a matrix of zeros.
  ///
  /// - Parameters:
  ///   - rows: The rows that there must be room for.
  ///   - columns: The columns.
  ///   - spreads: Whether panels begin in different sets of the caches. Without it a batch of 64
  ///     would begin each panel 4 KiB after the one before, and blocks of the same rows would
  ///     drive each other out of a first-level cache that looks at these address bits alone.
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

  /// Panels that so many columns take.
  static func panelCount(_ columns: Int) -> Int {
    (columns + Lanes.scalarCount - 1) / Lanes.scalarCount
  }

  /// The number of panels.
  var panels: Int { Self.panelCount(columns) }

  /// The first line of a panel.
  @inline(__always)
  func panel(_ index: Int) -> UnsafeMutablePointer<Lanes> { lines + index * stride }

  private static var guardLine: Lanes { Lanes(repeating: .nan) }

  /// Whether nobody has written before the first line or behind the last.
  var guardsAreIntact: Bool {
    let guards = [lines - Self.guardLines, lines + lineCount]
    return guards.allSatisfy { start in
      (0..<Self.guardLines).allSatisfy { line in
        let bits = unsafeBitCast(start[line], to: SIMD16<UInt32>.self)
        return bits == unsafeBitCast(Self.guardLine, to: SIMD16<UInt32>.self)
      }
    }
  }
}

extension PanelMatrix {
  /// Takes over the first rows, [rows, columns] in row order.
  func load(_ elements: [Float], rows: Int) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = elements[row * columns + column] }
    }
  }

  /// The first rows, [rows, columns] in row order.
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

  /// Writes some rows of one panel as columns of another matrix.
  ///
  /// - Parameters:
  ///   - panel: The panel, whose columns become rows.
  ///   - firstRow: The first row that becomes a column, the 0th.
  ///   - rows: The rows.
  ///   - target: The other matrix.
  ///   - targetRow: Where column 0 of this matrix would be; columns that aren't there aren't written.
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

  /// Takes over the values of another matrix of the same shape.
  func copy(_ other: PanelMatrix) {
    lines.update(from: other.lines, count: lineCount)
  }

  /// Sets everything to zero.
  func clear() {
    lines.update(repeating: .zero, count: lineCount)
  }
}
