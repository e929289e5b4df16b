import CProcessor

/// The micro-kernel: a tile of C that stays in registers while a product is folded into it.
///
/// A tile is MR rows by NR columns. For each k it reads NR/16 lines of B and one number of A per row:
/// MR·NR/16 fused multiply-adds for MR + NR/16 loads. AVX-512 has 32 vector registers. A tile
/// of 12 rows by 2 panels keeps 24 accumulators, 2 lines of B and one spread number of A in them,
/// and its 24 multiply-adds take 12 cycles of two units, in which 24 loads would fit where 14 are
/// needed. 24 chains also hide the 4 cycles from one multiply-add to the next of its chain, for
/// which 8 would do. Where there are 16 registers of half that width (AVX2), or 32 of a quarter
/// (NEON), a line takes two or four of them, and 2 rows by 2 panels are what fits.
///
/// Each accumulator is a variable of its own, nested in pairs: an array of accumulators would stay in
/// memory and run at a third of the speed. Each folds over k in ascending order, one rounding a step,
/// as the arithmetic contract says.
enum Microkernel {
  /// MR: the rows of the tallest tile of a GEMM.
  @inline(__always) static var mr: Int { hasWideRegisters ? 12 : 2 }
  /// MR of a weight gradient, whose rows are the sixteen lanes of an activation's panel.
  @inline(__always) static var gradientMR: Int { hasWideRegisters ? 8 : 2 }
  /// NR: the columns of the widest tile.
  static let nr = 2 * Lanes.scalarCount

  /// Whether the target is built for 32 vector registers of sixteen numbers: AVX-512.
  @inline(__always) private static var hasWideRegisters: Bool {
    #if arch(x86_64)
      processor_built_features() >> processor_avx512f.rawValue & 1 == 1
    #else
      false
    #endif
  }
}

/// One row of a tile: a line for each panel, side by side.
protocol ColumnGroup {
  static var panels: Int { get }
  /// A line for each panel.
  init(_ line: (_ panel: Int) -> Lanes)
  /// self + a·b in each lane.
  mutating func addProduct(_ a: Float, _ b: Self)
  /// Calls with each line and the index of its panel.
  func forEach(_ body: (_ panel: Int, _ line: Lanes) -> Void)
  /// The lines that a body makes of these.
  func map(_ body: (_ panel: Int, _ line: Lanes) -> Lanes) -> Self
}

struct OnePanel: ColumnGroup {
  var line: Lanes

  @inline(__always) static var panels: Int { 1 }
  @inline(__always) init(_ line: (_ panel: Int) -> Lanes) { self.line = line(0) }

  @inline(__always)
  mutating func addProduct(_ a: Float, _ b: OnePanel) {
    line = line.addingProduct(a, b.line)
  }

  @inline(__always)
  func forEach(_ body: (_ panel: Int, _ line: Lanes) -> Void) { body(0, line) }

  @inline(__always)
  func map(_ body: (_ panel: Int, _ line: Lanes) -> Lanes) -> Self { Self { body($0, line) } }
}

/// The panels of one group, followed by those of another.
struct Beside<Left: ColumnGroup, Right: ColumnGroup>: ColumnGroup {
  var left: Left
  var right: Right

  @inline(__always) static var panels: Int { Left.panels + Right.panels }

  @inline(__always)
  private init(left: Left, right: Right) {
    self.left = left
    self.right = right
  }

  @inline(__always)
  init(_ line: (_ panel: Int) -> Lanes) {
    left = Left(line)
    right = Right { line(Left.panels + $0) }
  }

  @inline(__always)
  mutating func addProduct(_ a: Float, _ b: Self) {
    left.addProduct(a, b.left)
    right.addProduct(a, b.right)
  }

  @inline(__always)
  func forEach(_ body: (_ panel: Int, _ line: Lanes) -> Void) {
    left.forEach(body)
    right.forEach { body(Left.panels + $0, $1) }
  }

  @inline(__always)
  func map(_ body: (_ panel: Int, _ line: Lanes) -> Lanes) -> Self {
    Self(left: left.map(body), right: right.map { body(Left.panels + $0, $1) })
  }
}

typealias TwoPanels = Beside<OnePanel, OnePanel>
typealias FourPanels = Beside<TwoPanels, TwoPanels>

/// The rows of a tile.
protocol RowGroup {
  /// The panels that a row goes over.
  associatedtype Columns: ColumnGroup
  static var rows: Int { get }
  /// Rows that each start at a value.
  init(_ start: (_ row: Int) -> Columns)
  /// Adds to each row its number of A, which lie `stride` numbers apart, times the line of B.
  mutating func addProduct(_ a: UnsafePointer<Float>, stride: Int, _ b: Columns)
  /// Calls with each row and its index, counted from `first`.
  func forEach(from first: Int, _ body: (_ row: Int, _ columns: Columns) -> Void)
}

struct OneRow<Columns: ColumnGroup>: RowGroup {
  var columns: Columns

  @inline(__always) static var rows: Int { 1 }
  @inline(__always) init(_ start: (_ row: Int) -> Columns) { columns = start(0) }

  @inline(__always)
  mutating func addProduct(_ a: UnsafePointer<Float>, stride: Int, _ b: Columns) {
    columns.addProduct(a.pointee, b)
  }

  @inline(__always)
  func forEach(from first: Int, _ body: (_ row: Int, _ columns: Columns) -> Void) {
    body(first, columns)
  }
}

/// The rows of one group, followed by those of another.
struct Above<Top: RowGroup, Bottom: RowGroup>: RowGroup where Top.Columns == Bottom.Columns {
  var top: Top
  var bottom: Bottom

  @inline(__always) static var rows: Int { Top.rows + Bottom.rows }

  @inline(__always)
  init(_ start: (_ row: Int) -> Top.Columns) {
    top = Top(start)
    bottom = Bottom { start(Top.rows + $0) }
  }

  @inline(__always)
  mutating func addProduct(_ a: UnsafePointer<Float>, stride: Int, _ b: Top.Columns) {
    top.addProduct(a, stride: stride, b)
    bottom.addProduct(a + Top.rows * stride, stride: stride, b)
  }

  @inline(__always)
  func forEach(from first: Int, _ body: (_ row: Int, _ columns: Top.Columns) -> Void) {
    top.forEach(from: first, body)
    bottom.forEach(from: first + Top.rows, body)
  }
}

typealias TwoRows<C: ColumnGroup> = Above<OneRow<C>, OneRow<C>>
typealias FourRows<C: ColumnGroup> = Above<TwoRows<C>, TwoRows<C>>
typealias EightRows<C: ColumnGroup> = Above<FourRows<C>, FourRows<C>>
typealias TwelveRows<C: ColumnGroup> = Above<EightRows<C>, FourRows<C>>
