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
  /// A panel of x stays in the first-level cache for a group of panels of ∂L/∂y, and that group in the
  /// second-level cache for all panels of x.
  static func weightGradient(
    x: PanelMatrix, outputGradient: PanelMatrix, count: Int, parameters: Parameters,
    storesGradient: Bool, sink: some GradientSink, member: Member
  ) {
    let bias = parameters.bias.lines(withGradient: storesGradient)
    let gradient = WeightGradient(
      x: x, firstRow: 0, outputGradient: outputGradient, rows: 0..<count,
      weight: parameters.weight.lines(withGradient: storesGradient))
    let group = WeightGradient.outputGroup
    let groups = (outputGradient.panels + group - 1) / group
    for task in member.share(of: groups * x.panels) {
      let (index, panel) = task.quotientAndRemainder(dividingBy: x.panels)
      let outputs = index * group..<min((index + 1) * group, outputGradient.panels)
      gradient.fold(panel: panel, outputs: outputs, into: sink)
      guard panel == 0 else { continue }
      for output in outputs {
        sink.foldBias(bias, panel: output, of: outputGradient, rows: count)
      }
    }
  }
}
