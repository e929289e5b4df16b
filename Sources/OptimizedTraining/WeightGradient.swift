/// ∂L/∂W[i, o] += Σ x[r, i] g[r, o] over rows r ascending, whatever the rows are: samples of a dense
/// layer, positions of a convolution.
///
/// A tile is a part of a panel of x, whose lanes are its rows, by two panels of g. It is folded over
/// rows in registers, and handed to a sink.
struct WeightGradient {
  /// x, and its row that belongs to the first of `rows`.
  var x: PanelMatrix
  var firstRow: Int
  /// g = ∂L/∂y, and its rows that are folded over.
  let outputGradient: PanelMatrix
  let rows: Range<Int>
  /// W, which has as many rows as x has columns.
  let weight: ParameterLines

  /// Panels of g that are taken together where there are many: at 256 rows they are 128 KiB, an
  /// eighth of a second-level cache of 1 MiB, and x is fetched from behind it a quarter as often as
  /// for each two.
  static let outputGroup = 8

  /// Rows that are folded over at a time where there are many: a panel of x is then 16 KiB and stays
  /// in the first-level cache for a group of panels of g.
  static let rowBlock = 256

  /// Folds the tiles of one panel of x and some panels of g.
  @inline(__always)
  func fold(panel: Int, outputs: Range<Int>, into sink: some GradientSink) {
    for tile in Blocks(of: outputs, size: Microkernel.columns / Lanes.scalarCount) {
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
      switch min(inputs.upperBound - row, Microkernel.gradientRows) {
      case 8...: row += tile(EightRows<C>.self, row: row, output: output, sink)
      case 4...: row += tile(FourRows<C>.self, row: row, output: output, sink)
      case 2...: row += tile(TwoRows<C>.self, row: row, output: output, sink)
      default: row += tile(OneRow<C>.self, row: row, output: output, sink)
      }
    }
  }

  /// One tile over all rows.
  ///
  /// - Returns: The rows of W that were done.
  @inline(__always)
  private func tile<R: RowGroup>(
    _ type: R.Type, row: Int, output: Int, _ sink: some GradientSink
  ) -> Int {
    let lines = weight
    let (panel, lane) = row.quotientAndRemainder(dividingBy: Lanes.scalarCount)
    let first = output * lines.stride + row
    var tile = R { index in
      R.Columns { sink.start(lines, at: first + index + $0 * lines.stride) }
    }
    var left =
      UnsafeRawPointer(x.panel(panel) + firstRow).assumingMemoryBound(to: Float.self) + lane
    let right = outputGradient.panel(output) + rows.lowerBound
    let stride = outputGradient.stride
    for n in 0..<rows.count {
      tile.addProduct(left, stride: 1, R.Columns { right[n + $0 * stride] })
      left += Lanes.scalarCount
    }
    tile.forEach(from: first) { line, columns in
      columns.forEach { sink.finish($1, lines, at: line + $0 * lines.stride) }
    }
    return R.rows
  }
}

extension GradientSink {
  /// ∂L/∂b[o] += Σ g[r, o] over rows r ascending, for one panel.
  ///
  /// - Parameters:
  ///   - bias: b, which has one row.
  ///   - panel: The panel.
  ///   - outputGradient: g = ∂L/∂y.
  ///   - rows: The rows, N or N·H·W.
  @inline(__always)
  func foldBias(_ bias: ParameterLines, panel: Int, of outputGradient: PanelMatrix, rows: Int) {
    var sum = start(bias, at: panel * bias.stride)
    let gradient = outputGradient.panel(panel)
    for row in 0..<rows { sum += gradient[row] }
    finish(sum, bias, at: panel * bias.stride)
  }
}

/// Where a fold over many rows is done in parts, a part that leaves its sum where the gradient is kept,
/// the first of a gradient that isn't stored otherwise.
struct FirstPart: GradientSink {
  @inline(__always)
  func start(_ lines: ParameterLines, at line: Int) -> Lanes { .zero }

  @inline(__always)
  func finish(_ sum: Lanes, _ lines: ParameterLines, at line: Int) { lines.gradient[line] = sum }

  @inline(__always) var startsAtZero: Bool { true }

  @inline(__always)
  func settle(_ lines: ParameterLines, at line: Int) {}
}

extension WeightGradient {
  /// Folds the tiles of one panel of x and some panels of g, and leaves the sums where the gradient is
  /// kept.
  ///
  /// - Parameters:
  ///   - panel: The panel of x.
  ///   - outputs: The panels of g.
  ///   - startsAtZero: Whether the fold begins here; otherwise it goes on with what is kept.
  @inline(never)
  func fold(panel: Int, outputs: Range<Int>, startsAtZero: Bool) {
    if startsAtZero {
      fold(panel: panel, outputs: outputs, into: FirstPart())
    } else {
      fold(panel: panel, outputs: outputs, into: Accumulation())
    }
  }

  /// Hands the sums of these tiles to a sink.
  @inline(__always)
  func settle(panel: Int, outputs: Range<Int>, in sink: some GradientSink) {
    let width = Lanes.scalarCount
    for output in outputs {
      for row in panel * width..<min((panel + 1) * width, x.columns) {
        sink.settle(weight, at: output * weight.stride + row)
      }
    }
  }
}
