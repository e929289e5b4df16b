import TrainingCore

/// The dense layer: y = x W + b.
///
/// N batch, I inputs, O outputs; x [N, I], W [I, O], b [1, O], y [N, O]. In all three products a row
/// block of the left operand is neighbouring lines, and the right operand is read down its panels.
enum Dense {
  /// y[n, o] = b[o] + Σᵢ x[n, i] W[i, o], for a block of y, whose complete parts go to `finish`.
  static func forward(
    _ x: PanelMatrix, with parameters: Parameters, into y: PanelMatrix, panels: Range<Int>,
    rows: Range<Int>, finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let weight = parameters.weight.values
    GEMM.multiply(
      x, weight, into: y, rows: rows, panels: panels, depth: weight.rows,
      from: .row(parameters.bias.values.lines), finish: finish)
  }

  /// ∂L/∂x[n, i] = Σₒ W[i, o] ∂L/∂y[n, o], transposed: samples are the lanes.
  ///
  /// With lanes over i, all of W would have to be transposed; with lanes over n, it is the gradients
  /// that are, which for a batch are the smaller arrays by far. So ∂L/∂y is [O, N] and ∂L/∂x [I, N].
  static func inputGradient(
    weight: PanelMatrix, outputGradient: PanelMatrix, into inputGradient: PanelMatrix,
    features: Range<Int>, count: Int,
    finish: (_ samples: Range<Int>, _ features: Range<Int>) -> Void
  ) {
    GEMM.multiply(
      weight, outputGradient, into: inputGradient, rows: features,
      panels: 0..<PanelMatrix.panelCount(count), depth: weight.columns, from: .zero, finish: finish)
  }

  /// ∂L/∂W[i, o] += Σₙ x[n, i] ∂L/∂y[n, o] and ∂L/∂b[o] += Σₙ ∂L/∂y[n, o], a member's share of both.
  ///
  /// A panel of x stays in the first-level cache for a group of panels of ∂L/∂y, and that group in the
  /// second-level cache for all panels of x.
  static func weightGradient<Sink: GradientSink>(
    x: PanelMatrix, outputGradient: PanelMatrix, count: Int, parameters: Parameters,
    as member: Member, into sink: (LearnedTensor) -> Sink
  ) {
    let (weight, bias) = (sink(parameters.weight), sink(parameters.bias))
    let gradient = WeightGradient(
      x: x, firstRow: 0, outputGradient: outputGradient, rows: 0..<count)
    let group = WeightGradient.outputGroup
    let groups = (outputGradient.panels + group - 1) / group
    for task in member.share(of: groups * x.panels) {
      let (index, panel) = task.quotientAndRemainder(dividingBy: x.panels)
      let outputs = index * group..<min((index + 1) * group, outputGradient.panels)
      gradient.fold(panel: panel, outputs: outputs, into: weight)
      guard panel == 0 else { continue }
      for output in outputs { bias.foldBias(panel: output, of: outputGradient, rows: count) }
    }
  }
}

/// Images [N·H·W, C] as single rows [N, H·W·C] for a dense layer, and back.
enum Flattening {
  /// Writes each sample's pixels one after the other.
  static func forward(
    _ x: PanelMatrix, into y: PanelMatrix, image: ImageShape, samples: Range<Int>
  ) {
    forEachNumber(of: image, samples) { row, channel, sample, column in
      y[sample, column] = x[row, channel]
    }
  }

  /// Writes the gradients of a row [N, H·W·C] back to their pixels.
  static func backward(
    _ outputGradient: PanelMatrix, into inputGradient: PanelMatrix, image: ImageShape,
    samples: Range<Int>
  ) {
    forEachNumber(of: image, samples) { row, channel, sample, column in
      inputGradient[row, channel] = outputGradient[sample, column]
    }
  }

  @inline(__always)
  private static func forEachNumber(
    of image: ImageShape, _ samples: Range<Int>,
    _ body: (_ row: Int, _ channel: Int, _ sample: Int, _ column: Int) -> Void
  ) {
    for sample in samples {
      for position in 0..<image.positions {
        for channel in 0..<image.channels {
          body(
            sample * image.positions + position, channel, sample,
            position * image.channels + channel)
        }
      }
    }
  }
}
