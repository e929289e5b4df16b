extension SingleSample {
  /// Computes ∂L/∂x of a later layer and steps its weights behind that.
  ///
  /// - Parameters:
  ///   - parameters: W [I, O] and b [1, O].
  ///   - x: The layer's input, [1, I].
  ///   - outputGradient: ∂L/∂y, [1, O].
  ///   - inputGradient: ∂L/∂x, [1, I].
  ///   - skipsZeros: Whether x comes from a ReLU, so that ∂L/∂x doesn't matter where x is zero.
  ///   - panels: The panels of x that are done.
  ///   - rule: The optimizer's step.
  static func propagateAndStep(
    _ parameters: Parameters, x: PanelMatrix, outputGradient: PanelMatrix,
    into inputGradient: PanelMatrix, skipsZeros: Bool, panels: Range<Int>, rule: some UpdateRule
  ) {
    let weight = parameters.weight.values
    let lines = parameters.weight.lines(withGradient: false)
    let width = Lanes.scalarCount
    let stepsAll = !(skipsZeros && rule.isStillAtZero && isFinite(outputGradient))
    withUnsafeTemporaryAllocation(of: RowBlock.Row.self, capacity: RowBlock.capacity) { rows in
      for block in Blocks(
        of: panels.lowerBound * width..<min(panels.upperBound * width, weight.rows),
        size: RowBlock.size)
      {
        let active = RowBlock(block, of: x, skipsZeros: skipsZeros, in: rows)
        active.propagate(weight, outputGradient, into: inputGradient)
        let stepped =
          stepsAll ? RowBlock(block, of: x, skipsZeros: false, in: rows) : active
        stepped.step(lines, outputGradient: outputGradient, rule: rule)
      }
    }
  }

  private static func isFinite(_ gradient: PanelMatrix) -> Bool {
    for panel in 0..<gradient.panels {
      let line = gradient.panel(panel)[0]
      for lane in 0..<min(Lanes.scalarCount, gradient.columns - panel * Lanes.scalarCount)
      where !line[lane].isFinite {
        return false
      }
    }
    return true
  }
}

/// Some rows of weights, few enough to stay in the second-level cache between their two uses.
private struct RowBlock {
  /// A row of weights and the input that it belongs to.
  struct Row {
    private let place: Int32
    /// The input.
    let x: Float

    init(index: Int, x: Float) {
      place = Int32(truncatingIfNeeded: index)
      self.x = x
    }

    /// The row, of which a layer has no more than 2³⁰.
    var index: Int { Int(place) }
  }

  /// The rows of a block.
  static let size = 64
  /// The rows that there is room for: the last group of sixteen is filled up.
  ///
  /// They take 640 bytes; beyond 1024, temporary memory would come from the heap.
  static let capacity = size + Lanes.scalarCount

  private let rows: UnsafeMutableBufferPointer<Row>
  private let count: Int

  /// Lists rows from a panel's first on, those behind a zero left out where asked.
  ///
  /// The last is repeated to fill a group.
  init(
    _ range: Range<Int>, of x: PanelMatrix, skipsZeros: Bool,
    in buffer: UnsafeMutableBufferPointer<Row>
  ) {
    var count = 0
    let width = Lanes.scalarCount
    for first in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      let numbers = UnsafeRawPointer(x.panel(first / width)).assumingMemoryBound(to: Float.self)
      for index in first..<min(first + width, range.upperBound) {
        let row = Row(index: index, x: numbers[index - first])
        if skipsZeros, row.x <= 0 { continue }
        buffer[count] = row
        count += 1
      }
    }
    for index in count..<count + Lanes.scalarCount { buffer[index] = buffer[max(count - 1, 0)] }
    rows = buffer
    self.count = count
  }

  /// ∂L/∂x of the rows: Σₒ W[i, o] g[o], folded over o in ascending order.
  ///
  /// The rows are the lanes, so the weights are transposed on their way.
  @inline(__always)
  func propagate(
    _ weight: PanelMatrix, _ outputGradient: PanelMatrix, into inputGradient: PanelMatrix
  ) {
    let width = Lanes.scalarCount
    for first in stride(from: 0, to: count, by: width) {
      var sums = Lanes.zero
      for panel in 0..<outputGradient.panels {
        let lines = weight.panel(panel)
        let factors = UnsafeRawPointer(outputGradient.panel(panel))
          .assumingMemoryBound(to: Float.self)
        let columns = weight.columns - panel * width
        if columns >= width {
          Transposition.transpose({ lines[rows[first + $0].index] }) {
            sums = sums.addingProduct(factors[$0], $1)
          }
        } else {
          Transposition.transpose({ lines[rows[first + $0].index] }) {
            if $0 < columns { sums = sums.addingProduct(factors[$0], $1) }
          }
        }
      }
      for lane in 0..<min(width, count - first) {
        inputGradient[0, rows[first + lane].index] = sums[lane]
      }
    }
  }

  /// Steps the weights of the rows.
  @inline(__always)
  func step(_ lines: ParameterLines, outputGradient: PanelMatrix, rule: some UpdateRule) {
    for panel in 0..<outputGradient.panels {
      let gradient = outputGradient.panel(panel)[0]
      let first = panel * lines.stride
      for row in rows.prefix(count) {
        rule.step(
          lines, at: first &+ row.index, gradientSum: Lanes.zero.addingProduct(row.x, gradient))
      }
    }
  }
}
