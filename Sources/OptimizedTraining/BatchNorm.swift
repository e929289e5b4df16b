import TrainingCore

/// Batch normalisation (Ioffe & Szegedy 2015, algorithm 1), over ghost groups where asked.
///
/// x [N, C], γ and β [1, C]; of images, a row for each position of each sample. Features don't meet,
/// so panels are shared out; the rows of a group are folded by one thread in ascending order.
final class BatchNorm {
  /// γ and β.
  let parameters: Parameters
  /// Moving averages of mean and variance, [1, C] each, for inference.
  let movingMean: PanelMatrix
  /// The moving variance.
  let movingVariance: PanelMatrix
  /// What the averages took in last, as `movingMean`.
  let latestMean: PanelMatrix
  /// As `movingVariance`.
  let latestVariance: PanelMatrix
  let spec: BatchNormSpec
  /// The rows of one sample.
  private let positions: Int
  /// Mean of each group, [groups, C].
  private var mean: PanelMatrix
  /// 1/√(variance + ε) of each group, [groups, C].
  private var inverseDeviation: PanelMatrix

  init(_ spec: BatchNormSpec, positions: Int, slots: Int) {
    self.spec = spec
    self.positions = positions
    let features = spec.features
    parameters = Parameters(
      weight: LearnedTensor(rows: 1, columns: features, slots: slots),
      bias: LearnedTensor(rows: 1, columns: features, slots: slots))
    movingMean = PanelMatrix(rows: 1, columns: features)
    movingVariance = PanelMatrix(rows: 1, columns: features)
    latestMean = PanelMatrix(rows: 1, columns: features)
    latestVariance = PanelMatrix(rows: 1, columns: features)
    mean = PanelMatrix(rows: 1, columns: features)
    inverseDeviation = PanelMatrix(rows: 1, columns: features)
  }

  /// Makes room for the statistics of a batch of so many rows.
  func reserve(rows: Int) {
    let groups = (rows + groupSize(of: rows) - 1) / groupSize(of: rows)
    guard groups > mean.rows else { return }
    mean = PanelMatrix(rows: groups, columns: spec.features)
    inverseDeviation = PanelMatrix(rows: groups, columns: spec.features)
  }

  /// The rows of a group; the last one of a batch has the rest.
  private func groupSize(of count: Int) -> Int {
    max(min(spec.groupSize.map { $0 * positions } ?? count, count), 1)
  }

  private func forEachGroup(of count: Int, _ body: (_ index: Int, _ rows: Range<Int>) -> Void) {
    let size = groupSize(of: count)
    var index = 0
    for first in stride(from: 0, to: count, by: size) {
      body(index, first..<min(first + size, count))
      index += 1
    }
  }

  /// y = γ (x − mean)/√(variance + ε) + β with the group's own mean and variance (over N).
  ///
  /// The moving averages take each group in turn: r ← r + momentum · (new − r).
  func forwardTraining(_ x: PanelMatrix, into y: PanelMatrix, count: Int, panels: Range<Int>) {
    let epsilon = Float(spec.epsilon)
    let momentum = Float(spec.momentum)
    for panel in panels {
      let source = x.panel(panel)
      let target = y.panel(panel)
      let scale = parameters.weight.values.panel(panel)[0]
      let shift = parameters.bias.values.panel(panel)[0]
      forEachGroup(of: count) { group, rows in
        let groupCount = Float(rows.count)
        let varianceCount = spec.unbiasedMovingVariance ? Float(rows.count - 1) : groupCount
        var mean = Lanes.zero
        for n in rows { mean += source[n] }
        mean /= Lanes(repeating: groupCount)
        var squares = Lanes.zero
        for n in rows {
          let centred = source[n] - mean
          squares = squares.addingProduct(centred, centred)
        }
        let deviation = (squares / Lanes(repeating: groupCount) + epsilon).squareRoot()
        let inverseDeviation = Lanes(repeating: 1) / deviation
        for n in rows {
          let normalized = (source[n] - mean) * inverseDeviation
          target[n] = shift.addingProduct(normalized, scale)
        }
        let oldMean = movingMean.panel(panel)[0]
        movingMean.panel(panel)[0] = oldMean.addingProduct(momentum, mean - oldMean)
        let variance = squares / Lanes(repeating: varianceCount)
        let oldVariance = movingVariance.panel(panel)[0]
        movingVariance.panel(panel)[0] = oldVariance.addingProduct(
          momentum, variance - oldVariance)
        latestMean.panel(panel)[0] = mean
        latestVariance.panel(panel)[0] = variance
        self.mean.panel(panel)[group] = mean
        self.inverseDeviation.panel(panel)[group] = inverseDeviation
      }
    }
  }

  /// With x̂ = (x − mean)/√(variance + ε) and g = ∂L/∂y: ∂L/∂β += Σ g, ∂L/∂γ += Σ g x̂, and
  /// ∂L/∂x = γ/√(variance + ε) · (g − (Σ g + x̂ Σ g x̂)/N).
  ///
  /// - Parameters:
  ///   - x: The inputs of the forward pass, [N, C].
  ///   - outputGradient: g, [N, C].
  ///   - inputGradient: ∂L/∂x, [N, C]; nil where nobody asks for it.
  ///   - count: The samples, N.
  ///   - panels: The panels that are done.
  func backward(
    x: PanelMatrix, outputGradient: PanelMatrix, into inputGradient: PanelMatrix?, count: Int,
    panels: Range<Int>
  ) {
    if spec.statistics == .moving {
      return backwardInference(
        x: x, outputGradient: outputGradient, into: inputGradient, count: count, panels: panels)
    }
    for panel in panels {
      let source = x.panel(panel)
      let gradient = outputGradient.panel(panel)
      let scale = parameters.weight.values.panel(panel)[0]
      var scaleGradient = parameters.weight.gradient.panel(panel)[0]
      var shiftGradient = parameters.bias.gradient.panel(panel)[0]
      forEachGroup(of: count) { group, rows in
        let mean = mean.panel(panel)[group]
        let inverseDeviation = inverseDeviation.panel(panel)[group]
        var gradientSum = Lanes.zero
        var productSum = Lanes.zero
        for n in rows {
          let normalized = (source[n] - mean) * inverseDeviation
          gradientSum += gradient[n]
          productSum = productSum.addingProduct(gradient[n], normalized)
          shiftGradient += gradient[n]
          scaleGradient = scaleGradient.addingProduct(gradient[n], normalized)
        }
        guard let target = inputGradient?.panel(panel) else { return }
        let groupCount = Lanes(repeating: Float(rows.count))
        for n in rows {
          let normalized = (source[n] - mean) * inverseDeviation
          let coupled = gradientSum.addingProduct(normalized, productSum) / groupCount
          target[n] = scale * inverseDeviation * (gradient[n] - coupled)
        }
      }
      parameters.weight.gradient.panel(panel)[0] = scaleGradient
      parameters.bias.gradient.panel(panel)[0] = shiftGradient
    }
  }

  /// Where training normalises by the moving averages, which don't depend on x: ∂L/∂β += Σ g,
  /// ∂L/∂γ += Σ g x̂ and ∂L/∂x = γ/√(moving variance + ε) · g.
  private func backwardInference(
    x: PanelMatrix, outputGradient: PanelMatrix, into inputGradient: PanelMatrix?, count: Int,
    panels: Range<Int>
  ) {
    for panel in panels {
      let source = x.panel(panel)
      let gradient = outputGradient.panel(panel)
      let mean = movingMean.panel(panel)[0]
      let deviation = (movingVariance.panel(panel)[0] + Float(spec.epsilon)).squareRoot()
      let inverseDeviation = Lanes(repeating: 1) / deviation
      var scaleGradient = parameters.weight.gradient.panel(panel)[0]
      var shiftGradient = parameters.bias.gradient.panel(panel)[0]
      for n in 0..<count {
        let normalized = (source[n] - mean) * inverseDeviation
        shiftGradient += gradient[n]
        scaleGradient = scaleGradient.addingProduct(gradient[n], normalized)
      }
      parameters.weight.gradient.panel(panel)[0] = scaleGradient
      parameters.bias.gradient.panel(panel)[0] = shiftGradient
      guard let target = inputGradient?.panel(panel) else { continue }
      let slope = parameters.weight.values.panel(panel)[0] * inverseDeviation
      for n in 0..<count { target[n] = slope * gradient[n] }
    }
  }

  /// y = γ (x − moving mean)/√(moving variance + ε) + β: no sample sees another.
  func forwardInference(_ x: PanelMatrix, into y: PanelMatrix, count: Int, panels: Range<Int>) {
    for panel in panels {
      let source = x.panel(panel)
      let target = y.panel(panel)
      let scale = parameters.weight.values.panel(panel)[0]
      let shift = parameters.bias.values.panel(panel)[0]
      let mean = movingMean.panel(panel)[0]
      let deviation = (movingVariance.panel(panel)[0] + Float(spec.epsilon)).squareRoot()
      let inverseDeviation = Lanes(repeating: 1) / deviation
      for n in 0..<count {
        let normalized = (source[n] - mean) * inverseDeviation
        target[n] = shift.addingProduct(normalized, scale)
      }
    }
  }
}
