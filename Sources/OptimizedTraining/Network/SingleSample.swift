/// Training on one sample at a time, where time goes into fetching weights, not into arithmetic.
///
/// A weight takes part in two multiply-adds forward, two backward and one to step it, so a step
/// lasts as long as its weights take to come from the cache and to go back. For a batch the three
/// products of a layer are three sweeps over its weights. For one sample there are fewer:
///
/// - In the first layer, a weight is stepped and at once multiplied by the *next* sample's input:
///   the step of one sample and the forward pass of the next are one sweep.
/// - In the others, a weight is multiplied by the gradient and then stepped: the input gradient and
///   the step are one sweep.
///
/// And where a ReLU gave zero, the row of weights that it feeds needn't be looked at: its part of the
/// input gradient is discarded by the ReLU, and its own gradient is zero, which plain SGD without
/// decay doesn't move. The bits don't depend on any of it.
enum SingleSample {
  /// Steps some panels of the first layer's W [I, O] and b [1, O] with this sample's image [I] and
  /// ∂L/∂y [1, O], and multiplies them by the next image [I], if it is known, into y [1, O].
  static func stepAndLookAhead(
    _ parameters: Parameters, image: UnsafePointer<Float>, outputGradient: PanelMatrix,
    next: UnsafePointer<Float>?, into y: PanelMatrix, panels: Range<Int>, rule: some UpdateRule
  ) {
    let (weight, bias) = (parameters.weight.lines, parameters.bias.lines)

    /// Steps a few panels side by side, down all rows.
    ///
    /// Four are as many streams as the processor fetches ahead of well, and enough chains of
    /// multiply-adds to hide their latency.
    @inline(__always)
    func step<C: ColumnGroup>(_ type: C.Type, panel: Int) {
      let gradient = C { outputGradient.panel(panel + $0)[0] }
      gradient.forEach { rule.step(bias, at: panel + $0, gradientSum: Lanes.zero + $1) }
      var sum = C { bias.values[panel + $0] }
      let first = panel * weight.stride
      for i in 0..<parameters.weight.values.rows {
        let x = image[i]
        let stepped = gradient.map {
          rule.step(
            weight, at: first &+ $0 &* weight.stride &+ i,
            gradientSum: Lanes.zero.addingProduct(x, $1))
        }
        if let next { sum.addProduct(next[i], stepped) }
      }
      if next != nil { sum.forEach { y.panel(panel + $0)[0] = $1 } }
    }

    for group in Blocks(of: panels, size: FourPanels.panels) {
      switch group.count {
      case 4: step(FourPanels.self, panel: group.lowerBound)
      case 3:
        step(TwoPanels.self, panel: group.lowerBound)
        step(OnePanel.self, panel: group.lowerBound + 2)
      case 2: step(TwoPanels.self, panel: group.lowerBound)
      default: step(OnePanel.self, panel: group.lowerBound)
      }
    }
  }

  /// Computes ∂L/∂x [1, I] of a later layer for some panels of x [1, I], from W [I, O] and ∂L/∂y
  /// [1, O], then steps their weights.
  ///
  /// Where x comes from a ReLU, ∂L/∂x doesn't matter where x is zero and is skipped.
  static func propagateAndStep(
    _ parameters: Parameters, x: PanelMatrix, outputGradient: PanelMatrix,
    into inputGradient: PanelMatrix, skipsZeros: Bool, panels: Range<Int>, rule: some UpdateRule
  ) {
    let weight = parameters.weight.values
    let lines = parameters.weight.lines
    let width = Lanes.scalarCount
    let stepsAll = !(skipsZeros && rule.isStillAtZero && isFinite(outputGradient))
    withUnsafeTemporaryAllocation(of: RowBlock.Row.self, capacity: RowBlock.capacity) { rows in
      for block in Blocks(
        of: panels.lowerBound * width..<min(panels.upperBound * width, weight.rows),
        size: RowBlock.size)
      {
        let active = RowBlock(block, of: x, skipsZeros: skipsZeros, in: rows)
        active.propagate(weight, outputGradient, into: inputGradient)
        let stepped = stepsAll ? RowBlock(block, of: x, skipsZeros: false, in: rows) : active
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

extension Network {
  /// Whether the batch is a single sample whose weights can be stepped during the backward pass.
  var isSingleSample: Bool { batch.count == 1 && allowsSweeps }

  /// Trains on a single sample, and starts the next one's forward pass where it is known.
  func trainOnSingleSample(with rule: some UpdateRule, as member: Member) {
    forward(through: batch.isLookedAhead ? 2..<stages.count : nil, isTraining: true, as: member)
    evaluateLoss(withGradient: true, as: member)
    for index in stride(from: stages.count - 1, to: 1, by: -1) {
      guard case .dense(let parameters) = stages[index].head else { continue }
      let previous = stages[index - 1]
      let gradient = stages[index].gradient
      let panels = member.share(of: previous.output.panels)
      SingleSample.propagateAndStep(
        parameters, x: previous.output, outputGradient: gradient, into: previous.gradient,
        skipsZeros: previous.endsWithReLU, panels: panels, rule: rule)
      previous.backpropagateActivations(panels: panels, rows: 0..<1)
      let bias = parameters.bias.lines
      for panel in member.share(of: gradient.panels) {
        rule.step(bias, at: panel, gradientSum: Lanes.zero + gradient.panel(panel)[0])
      }
      member.synchronize()
    }
    guard case .dense(let parameters) = stages[1].head else { return }
    let panels = member.share(of: stages[1].output.panels)
    let features = parameters.weight.values.rows
    SingleSample.stepAndLookAhead(
      parameters, image: batch.images + batch.places[0] * features,
      outputGradient: stages[1].gradient, next: batch.next.map { batch.images + $0 * features },
      into: stages[1].values[0], panels: panels, rule: rule)
    guard batch.next != nil else { return }
    stages[1].activate(
      panels: panels, rows: 0..<1,
      training: SampleKeys(samples: batch.nextSample, epoch: batch.epoch))
  }
}

/// Some rows of weights, few enough to stay in the second-level cache between their two uses.
private struct RowBlock {
  /// The index of a row of weights, below 2³⁰, and the input that it belongs to.
  struct Row {
    let place: Int32
    let x: Float

    var index: Int { Int(place) }
  }

  static let size = 64
  /// Room for the rows of a block, of which the last group of sixteen is filled up.
  ///
  /// They take 640 bytes; beyond 1024, temporary memory would come from the heap.
  static let capacity = size + Lanes.scalarCount

  private let rows: UnsafeMutableBufferPointer<Row>
  private let count: Int

  /// Lists the rows of a range, without those of a zero input where asked, and repeats the last one to
  /// fill a group of sixteen.
  init(
    _ range: Range<Int>, of x: PanelMatrix, skipsZeros: Bool,
    in buffer: UnsafeMutableBufferPointer<Row>
  ) {
    var count = 0
    let width = Lanes.scalarCount
    for first in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      let numbers = UnsafeRawPointer(x.panel(first / width)).assumingMemoryBound(to: Float.self)
      for index in first..<min(first + width, range.upperBound) {
        let row = Row(place: Int32(truncatingIfNeeded: index), x: numbers[index - first])
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
