/// The dense layer: y = x W + b.
///
/// N batch, I inputs, O outputs; x [N, I], W [I, O], b [1, O], y [N, O]. All three of its products
/// have a left operand whose rows are neighbouring lines and a right one that is read down its
/// panels, so `MatrixProduct` and the tile below are all that they need.
enum Dense {
  /// y[n, o] = b[o] + Σᵢ x[n, i] W[i, o], for a block of y, whose complete parts go to `finish`.
  static func forward(
    _ x: PanelMatrix, with parameters: Parameters, into y: PanelMatrix, panels: Range<Int>,
    rows: Range<Int>, finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let weight = parameters.weight.values
    MatrixProduct.multiply(
      x, weight, into: y, rows: rows, panels: panels, depth: weight.rows,
      from: .row(parameters.bias.values.lines), finish: finish)
  }

  /// ∂L/∂x[n, i] = Σₒ W[i, o] ∂L/∂y[n, o], transposed: samples are the lanes.
  ///
  /// With lanes over i, all of W would have to be transposed; with lanes over n, it is the gradients
  /// that are, which for a batch are the smaller arrays by far.
  ///
  /// - Parameters:
  ///   - weight: W, [I, O].
  ///   - outputGradient: ∂L/∂y transposed, [O, N].
  ///   - inputGradient: ∂L/∂x transposed, [I, N].
  ///   - features: The features of x that are done.
  ///   - count: The samples, N.
  ///   - finish: Called with panels of samples and rows of features that are complete.
  static func inputGradient(
    weight: PanelMatrix, outputGradient: PanelMatrix, into inputGradient: PanelMatrix,
    features: Range<Int>, count: Int,
    finish: (_ samples: Range<Int>, _ features: Range<Int>) -> Void
  ) {
    MatrixProduct.multiply(
      weight, outputGradient, into: inputGradient, rows: features,
      panels: 0..<PanelMatrix.panelCount(count), depth: weight.columns, from: .zero,
      finish: finish)
  }

  /// ∂L/∂W[i, o] += Σₙ x[n, i] ∂L/∂y[n, o] and ∂L/∂b[o] += Σₙ ∂L/∂y[n, o], for one member's tiles.
  ///
  /// A tile is a part of a panel of x, whose lanes are its rows, by two panels of ∂L/∂y. It is
  /// folded over all samples in registers, and handed to `sink`. A panel of x stays in the
  /// first-level cache for a group of panels of ∂L/∂y, and that group in the second-level cache for
  /// all panels of x.
  static func weightGradient(
    x: PanelMatrix, outputGradient: PanelMatrix, count: Int, parameters: Parameters,
    storesGradient: Bool, sink: some GradientSink, member: Member
  ) {
    let weight = parameters.weight.lines(withGradient: storesGradient)
    let bias = parameters.bias.lines(withGradient: storesGradient)
    let groups = (outputGradient.panels + outputGroup - 1) / outputGroup
    for task in member.share(of: groups * x.panels) {
      let (group, panel) = task.quotientAndRemainder(dividingBy: x.panels)
      let outputs =
        group * outputGroup..<min((group + 1) * outputGroup, outputGradient.panels)
      let block = WeightBlock(
        x: x.panel(panel), outputGradient: outputGradient, count: count, weight: weight,
        rows: panel * Lanes.scalarCount..<min((panel + 1) * Lanes.scalarCount, x.columns))
      for tile in Blocks(of: outputs, size: Microkernel.columns / Lanes.scalarCount) {
        if tile.count == 2 {
          block.fold(TwoPanels.self, panel: tile.lowerBound, into: sink)
        } else {
          block.fold(OnePanel.self, panel: tile.lowerBound, into: sink)
        }
      }
      guard panel == 0 else { continue }
      for output in outputs {
        var sum = sink.start(bias, at: output * bias.stride)
        let gradient = outputGradient.panel(output)
        for n in 0..<count { sum += gradient[n] }
        sink.finish(sum, bias, at: output * bias.stride)
      }
    }
  }
}

extension Dense {
  /// Panels of ∂L/∂y that are taken together: at batch 256 they are 128 KiB, an eighth of a
  /// second-level cache of 1 MiB, and x is fetched from behind it a quarter as often as for each two.
  private static let outputGroup = 8
}

/// The rows of ∂L/∂W that belong to one panel of x.
private struct WeightBlock {
  let x: UnsafeMutablePointer<Lanes>
  let outputGradient: PanelMatrix
  let count: Int
  let weight: ParameterLines
  let rows: Range<Int>

  @inline(__always)
  func fold<C: ColumnGroup>(_ columns: C.Type, panel: Int, into sink: some GradientSink) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      switch min(rows.upperBound - row, Microkernel.gradientRows) {
      case 8...: row += tile(EightRows<C>.self, row: row, panel: panel, sink)
      case 4...: row += tile(FourRows<C>.self, row: row, panel: panel, sink)
      case 2...: row += tile(TwoRows<C>.self, row: row, panel: panel, sink)
      default: row += tile(OneRow<C>.self, row: row, panel: panel, sink)
      }
    }
  }

  /// One tile over all samples.
  ///
  /// - Returns: The rows that were done.
  @inline(__always)
  private func tile<R: RowGroup>(
    _ type: R.Type, row: Int, panel: Int, _ sink: some GradientSink
  ) -> Int {
    let lines = weight
    let first = panel * lines.stride + row
    var tile = R { index in
      R.Columns { sink.start(lines, at: first + index + $0 * lines.stride) }
    }
    var left = UnsafeRawPointer(x).assumingMemoryBound(to: Float.self) + (row - rows.lowerBound)
    let right = outputGradient.panel(panel)
    let stride = outputGradient.stride
    for n in 0..<count {
      tile.addProduct(left, stride: 1, R.Columns { right[n + $0 * stride] })
      left += Lanes.scalarCount
    }
    tile.forEach(from: first) { line, columns in
      columns.forEach { sink.finish($1, lines, at: line + $0 * lines.stride) }
    }
    return R.rows
  }
}
