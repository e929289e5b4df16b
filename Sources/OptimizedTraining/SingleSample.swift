/// Training on one sample at a time, where nothing is computed and everything is fetched.
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
/// And where a ReLU gave zero, the row of weights behind it needn't be looked at: its part of the
/// input gradient is discarded by the ReLU, and its own gradient is zero, which plain SGD without
/// decay doesn't move. The bits don't depend on any of it.
enum SingleSample {
  /// Steps the first layer's weights and multiplies them by the next sample.
  ///
  /// - Parameters:
  ///   - parameters: W [I, O] and b [1, O].
  ///   - image: This sample's inputs, [I].
  ///   - outputGradient: ∂L/∂y of this sample, [1, O].
  ///   - next: The next sample's inputs, [I], if it is known.
  ///   - y: Where its y = x W + b goes, [1, O].
  ///   - panels: The panels of W that are done.
  ///   - rule: The optimizer's step.
  static func stepAndLookAhead(
    _ parameters: Parameters, image: UnsafePointer<Float>, outputGradient: PanelMatrix,
    next: UnsafePointer<Float>?, into y: PanelMatrix, panels: Range<Int>,
    rule: some UpdateRule
  ) {
    let sweep = Sweep(
      parameters: parameters, image: image, outputGradient: outputGradient, next: next, y: y)
    for group in Blocks(of: panels, size: FourPanels.panels) {
      switch group.count {
      case 4: sweep.step(FourPanels.self, panel: group.lowerBound, rule)
      case 3:
        sweep.step(TwoPanels.self, panel: group.lowerBound, rule)
        sweep.step(OnePanel.self, panel: group.lowerBound + 2, rule)
      case 2: sweep.step(TwoPanels.self, panel: group.lowerBound, rule)
      default: sweep.step(OnePanel.self, panel: group.lowerBound, rule)
      }
    }
  }

  private struct Sweep {
    let parameters: Parameters
    let image: UnsafePointer<Float>
    let outputGradient: PanelMatrix
    let next: UnsafePointer<Float>?
    let y: PanelMatrix

    /// A few panels side by side, down all rows.
    ///
    /// Four are as many streams as the processor fetches ahead of well, and enough chains of
    /// multiply-adds to hide their latency.
    @inline(__always)
    func step<C: ColumnGroup>(_ type: C.Type, panel: Int, _ rule: some UpdateRule) {
      let bias = parameters.bias.lines(withGradient: false)
      let lines = parameters.weight.lines(withGradient: false)
      let gradient = C { outputGradient.panel(panel + $0)[0] }
      gradient.forEach { rule.step(bias, at: panel + $0, gradientSum: Lanes.zero + $1) }
      var sum = C { bias.values[panel + $0] }
      let first = panel * lines.stride
      for i in 0..<parameters.weight.values.rows {
        let x = image[i]
        let stepped = gradient.map {
          rule.step(
            lines, at: first &+ $0 &* lines.stride &+ i,
            gradientSum: Lanes.zero.addingProduct(x, $1))
        }
        if let next { sum.addProduct(next[i], stepped) }
      }
      if next != nil { sum.forEach { y.panel(panel + $0)[0] = $1 } }
    }
  }
}
