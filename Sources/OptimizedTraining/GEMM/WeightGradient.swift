/// The third product, ∂L/∂W = xᵀ g with g = ∂L/∂y: ∂L/∂W[i, o] += Σ x[r, i] g[r, o] over rows r
/// ascending.
///
/// The contraction is over rows: the samples of a dense layer, or the positions of a convolution. A
/// tile is some lanes of a panel of x, which are its MR rows, by NR columns of g. It is folded over
/// rows in registers, and handed to a sink.
struct WeightGradient {
  /// x, [rows, I].
  var x: PanelMatrix
  /// The row of x that belongs to the first of `rows`.
  var firstRow: Int
  /// g = ∂L/∂y, [rows, O].
  let outputGradient: PanelMatrix
  /// The rows of g that are folded over.
  let rows: Range<Int>

  /// NC in panels of g: at 256 rows they are 128 KiB, an eighth of a second-level cache of 1 MiB, and
  /// x is fetched from beyond it a quarter as often as for each NR columns.
  static let outputGroup = 8
  /// KC: so many rows are folded over at a time that a panel of x, then 16 KiB, stays in the
  /// first-level cache for a group of panels of g.
  static let kc = 256

  /// Folds the tiles of one panel of x and some panels of g.
  @inline(__always)
  func fold(panel: Int, outputs: Range<Int>, into sink: some GradientSink) {
    for tile in Blocks(of: outputs, size: Microkernel.nr / Lanes.scalarCount) {
      if tile.count == 2 {
        fold(TwoPanels.self, panel: panel, output: tile.lowerBound, into: sink)
      } else {
        fold(OnePanel.self, panel: panel, output: tile.lowerBound, into: sink)
      }
    }
  }

  @inline(__always)
  private func fold<C: ColumnGroup>(
    _ columns: C.Type, panel: Int, output: Int, into sink: some GradientSink
  ) {
    let width = Lanes.scalarCount
    let inputs = panel * width..<min((panel + 1) * width, x.columns)
    var row = inputs.lowerBound
    while row < inputs.upperBound {
      switch min(inputs.upperBound - row, Microkernel.gradientMR) {
      case 8...: row += tile(EightRows<C>.self, row: row, output: output, sink)
      case 4...: row += tile(FourRows<C>.self, row: row, output: output, sink)
      case 2...: row += tile(TwoRows<C>.self, row: row, output: output, sink)
      default: row += tile(OneRow<C>.self, row: row, output: output, sink)
      }
    }
  }

  /// Folds one tile over all rows, and returns its number of rows of W.
  ///
  /// The weights that the tile steps, and their optimizer's slots, are asked for before the fold: no
  /// loop goes through them in order, so they would come from memory only when they are needed.
  @inline(__always)
  private func tile<R: RowGroup>(
    _ type: R.Type, row: Int, output: Int, _ sink: some GradientSink
  ) -> Int {
    let (panel, lane) = row.quotientAndRemainder(dividingBy: Lanes.scalarCount)
    let first = output * sink.stride + row
    var tile = R { index in R.Columns { sink.start(at: first + index + $0 * sink.stride) } }
    var left =
      UnsafeRawPointer(x.panel(panel) + firstRow).assumingMemoryBound(to: Float.self) + lane
    let right = outputGradient.panel(output) + rows.lowerBound
    let stride = outputGradient.stride
    for index in 0..<R.rows {
      for panel in 0..<R.Columns.panels { sink.prefetch(at: first + index + panel * sink.stride) }
    }
    for n in 0..<rows.count {
      tile.addProduct(left, stride: 1, R.Columns { right[n + $0 * stride] })
      left += Lanes.scalarCount
    }
    tile.forEach(from: first) { line, columns in
      columns.forEach { sink.finish($1, at: line + $0 * sink.stride) }
    }
    return R.rows
  }

  /// Folds the tiles of one panel of x and some panels of g over one part of the rows, starting the
  /// partial sums [I, O] or continuing them.
  @inline(never)
  func fold(
    panel: Int, outputs: Range<Int>, into partialSums: Accumulation, startsAtZero: Bool
  ) {
    if startsAtZero {
      fold(panel: panel, outputs: outputs, into: FirstPart(partialSums: partialSums))
    } else {
      fold(panel: panel, outputs: outputs, into: partialSums)
    }
  }

  /// Hands the complete sums of these tiles to a sink.
  @inline(__always)
  func finish(
    panel: Int, outputs: Range<Int>, from partialSums: Accumulation, into sink: some GradientSink
  ) {
    let width = Lanes.scalarCount
    for output in outputs {
      for row in panel * width..<min((panel + 1) * width, x.columns) {
        sink.finish(from: partialSums, at: output * partialSums.stride + row)
      }
    }
  }
}

/// A team member's share of a weight gradient: panels of x by groups of panels of ∂L/∂y.
struct TileShare {
  private let outputs, group, groups: Int
  private let tasks: Range<Int>

  /// Makes groups small enough that there are some for each member, if there can be.
  init(inputs: Int, outputs: Int, member: Member) {
    self.outputs = outputs
    var group = WeightGradient.outputGroup
    let smallest = Microkernel.nr / Lanes.scalarCount
    while group > smallest, (outputs + group - 1) / group * inputs < 4 * member.count { group /= 2 }
    self.group = group
    groups = (outputs + group - 1) / group
    tasks = member.share(of: inputs * groups)
  }

  /// The panels of x that are needed.
  var inputs: Range<Int> {
    tasks.isEmpty ? 0..<0 : tasks.lowerBound / groups..<(tasks.upperBound - 1) / groups + 1
  }

  /// Calls with each panel of x and its panels of ∂L/∂y.
  @inline(__always)
  func forEach(_ body: (_ input: Int, _ outputs: Range<Int>) -> Void) {
    for task in tasks {
      let (input, index) = task.quotientAndRemainder(dividingBy: groups)
      body(input, index * group..<min((index + 1) * group, outputs))
    }
  }
}
