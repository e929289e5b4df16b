import CProcessor

/// C = start + A B: five loops around a micro-kernel, as in BLIS.
///
/// Van Zee and van de Geijn, "BLIS: A framework for rapidly instantiating BLAS functionality", ACM
/// Transactions on Mathematical Software 41, 2015, figure 4: columns of C in blocks of NC, the
/// contraction in blocks of KC, rows in blocks of MC, and inside of these tiles of NR columns and MR
/// rows. Nothing is packed between the loops, since every matrix lies in panels that are packed
/// already (see `PanelMatrix`). A block of the contraction continues from what the one before left
/// in C, so that every element is one fold over k in ascending order.
enum GEMM {
  /// KC: two panels of B over so many k are 32 KiB and stay in the first-level cache (48 KiB where
  /// AVX-512 is) beside the block of A that passes through.
  static let kc = 256
  /// MC: so many rows of A over KC are 240 KiB, a quarter of a second-level cache of 1 MiB.
  static let mc = 240
  /// How many lines ahead of the fold B is asked for: two turns of the loop over a panel of A, in
  /// which a line comes from the cache beyond the second level.
  static let prefetchDistance = 2 * Lanes.scalarCount
  /// NC: so many columns of B over K, some hundred numbers, are half of that cache.
  static let nc = 8 * Lanes.scalarCount

  /// Where the fold over k starts.
  enum Start {
    case zero
    /// At a row that all rows of C have in common, such as a bias: [panels, 16].
    case row(UnsafePointer<Lanes>)
  }

  /// Computes some rows and panels of C [rows, columns] from A [rows, K] and B [K, columns].
  ///
  /// The depth is K; `leftShift` is added to a row of C for its row of A. Each block of panels and rows
  /// goes to `finish` once it is complete, while it is in a cache.
  @inline(__always)
  static func multiply(
    _ a: PanelMatrix, _ b: PanelMatrix, into c: PanelMatrix, rows: Range<Int>,
    panels: Range<Int>, depth: Int, from start: Start, leftShift: Int = 0,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    // Loop 5, over columns of C and B by NC.
    for jc in Blocks(of: panels, size: nc / Lanes.scalarCount) {
      // Loop 4, over the contraction by KC.
      for pc in Blocks(of: 0..<depth, size: kc) {
        // Loop 3, over rows of C and A by MC.
        for ic in Blocks(of: rows, size: mc) {
          // Loop 2, over columns by NR.
          for jr in Blocks(of: jc, size: tilePanels(rows: rows.count)) {
            let block = Macrokernel(a: a, b: b, c: c, depth: pc, start: start, leftShift: leftShift)
            switch jr.count {
            case 4: block.multiply(OneRow<FourPanels>.self, row: ic.lowerBound, jr)
            case 3:
              block.multiply(TwoPanels.self, rows: ic, panel: jr.lowerBound)
              block.multiply(OnePanel.self, rows: ic, panel: jr.lowerBound + 2)
            case 2: block.multiply(TwoPanels.self, rows: ic, panel: jr.lowerBound)
            default: block.multiply(OnePanel.self, rows: ic, panel: jr.lowerBound)
            }
            if pc.upperBound == depth { finish(jr, ic) }
          }
        }
      }
    }
  }

  /// NR in panels: a single row has registers left for four, whose chains of multiply-adds hide
  /// each other's latency.
  @inline(__always)
  private static func tilePanels(rows: Int) -> Int {
    rows == 1 ? 4 : Microkernel.nr / Lanes.scalarCount
  }
}

/// A range in blocks of one size; the last has the rest.
struct Blocks: Sequence, IteratorProtocol {
  private let range: Range<Int>
  private let size: Int
  private var taken = 0

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

/// The innermost loop over tiles, each of which is the micro-kernel's.
private struct Macrokernel {
  let a, b, c: PanelMatrix
  let depth: Range<Int>
  let start: GEMM.Start
  let leftShift: Int

  /// Loop 1, over rows by MR: the tallest tiles that fit.
  @inline(never)
  @_specialize(where C == OnePanel)
  @_specialize(where C == TwoPanels)
  func multiply<C: ColumnGroup>(_ columns: C.Type, rows: Range<Int>, panel: Int) {
    var ir = rows.lowerBound
    while ir < rows.upperBound {
      let isFirst = ir == rows.lowerBound
      switch min(rows.upperBound - ir, Microkernel.mr) {
      case 12...: ir += tile(TwelveRows<C>.self, row: ir, panel: panel, prefetchesB: isFirst)
      case 8...: ir += tile(EightRows<C>.self, row: ir, panel: panel, prefetchesB: isFirst)
      case 4...: ir += tile(FourRows<C>.self, row: ir, panel: panel, prefetchesB: isFirst)
      case 2...: ir += tile(TwoRows<C>.self, row: ir, panel: panel, prefetchesB: isFirst)
      default: ir += tile(OneRow<C>.self, row: ir, panel: panel, prefetchesB: isFirst)
      }
    }
  }

  /// A single tile of one row.
  ///
  /// It reads B once, in as many streams as the processor fetches ahead by itself: to ask for lines
  /// would take longer.
  @inline(never)
  @_specialize(where R == OneRow<FourPanels>)
  func multiply<R: RowGroup>(_ type: R.Type, row: Int, _ panels: Range<Int>) {
    _ = tile(type, row: row, panel: panels.lowerBound, prefetchesB: false)
  }

  /// Folds one tile over the block's k, and returns its number of rows.
  ///
  /// A row of A lies in panels of sixteen k, so k goes panel by panel. The rows' lines in the next
  /// panel are far away, where the processor doesn't fetch them by itself, and are asked for one panel
  /// ahead. So is B, by the first of the tiles that read it.
  @inline(__always)
  private func tile<R: RowGroup>(_ type: R.Type, row: Int, panel: Int, prefetchesB: Bool) -> Int {
    let width = Lanes.scalarCount
    let target = c.panel(panel) + row
    let targetStride = c.stride
    var tile = R { index in
      guard depth.lowerBound == 0 else { return R.Columns { target[index + $0 * targetStride] } }
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
      for row in 0..<R.rows { processor_prefetch(left + (leftStride + row * width)) }
      if prefetchesB {
        for panel in 0..<R.Columns.panels {
          let ahead = right + (panel * rightStride + GEMM.prefetchDistance)
          for k in 0..<width { processor_prefetch(ahead + k) }
        }
      }
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
