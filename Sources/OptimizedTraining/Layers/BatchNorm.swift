import TrainingCore

/// Batch normalisation (Ioffe & Szegedy 2015, algorithm 1), over ghost groups where asked.
///
/// x and y [N, C] or [N·H·W, C], γ and β [1, C]. Features don't meet, so panels are shared out; the
/// rows of a group are folded by one thread in ascending order.
final class BatchNorm {
  let spec: BatchNormSpec
  let parameters: Parameters
  /// The statistics that inference normalises by, [1, C] each.
  let runningMean, runningVariance: PanelMatrix
  /// Those of the latest batch, [1, C] each.
  let latestMean, latestVariance: PanelMatrix
  /// The rows of one sample, H·W.
  private let positions: Int
  /// Rows of a panel of y that are 16 KiB, and stay in the first-level cache for the layers after.
  private static let block = 256
  /// Mean and 1/√(variance + ε) of each group, [groups, C] each.
  private var mean, inverseDeviation: PanelMatrix

  init(_ spec: BatchNormSpec, positions: Int, slots: Int) {
    self.spec = spec
    self.positions = positions
    let row = { PanelMatrix(rows: 1, columns: spec.features) }
    parameters = Parameters(rows: 1, columns: spec.features, slots: slots)
    (runningMean, runningVariance) = (row(), row())
    (latestMean, latestVariance) = (row(), row())
    (mean, inverseDeviation) = (row(), row())
  }

  /// Allocates the statistics of a batch's groups.
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
  /// The running statistics take each group in turn: r ← r + momentum · (new − r). Each block of y
  /// goes to `finish` while it is in a cache.
  func forwardTraining(
    _ x: PanelMatrix, into y: PanelMatrix, count: Int, panels: Range<Int>,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let epsilon = Float(spec.epsilon)
    let momentum = Float(spec.momentum)
    for panel in panels {
      let source = x.panel(panel)
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
        normalize(
          x, into: y, panel, rows, mean: mean, inverseDeviation: inverseDeviation, finish: finish)
        let oldMean = runningMean.panel(panel)[0]
        runningMean.panel(panel)[0] = oldMean.addingProduct(momentum, mean - oldMean).flushed
        let variance = squares / Lanes(repeating: varianceCount)
        let oldVariance = runningVariance.panel(panel)[0]
        runningVariance.panel(panel)[0] =
          oldVariance.addingProduct(momentum, variance - oldVariance).flushed
        latestMean.panel(panel)[0] = mean
        latestVariance.panel(panel)[0] = variance
        self.mean.panel(panel)[group] = mean
        self.inverseDeviation.panel(panel)[group] = inverseDeviation
      }
    }
  }

  /// y = γ (x − running mean)/√(running variance + ε) + β: no sample sees another.
  func forwardInference(
    _ x: PanelMatrix, into y: PanelMatrix, count: Int, panels: Range<Int>,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    for panel in panels {
      normalize(
        x, into: y, panel, 0..<count, mean: runningMean.panel(panel)[0],
        inverseDeviation: runningInverseDeviation(panel), finish: finish)
    }
  }

  /// With x̂ = (x − mean)/√(variance + ε) and g = ∂L/∂y: ∂L/∂β += Σ g, ∂L/∂γ += Σ g x̂, and
  /// ∂L/∂x = γ/√(variance + ε) · (g − (Σ g + x̂ Σ g x̂)/N).
  ///
  /// Where training normalises by the running statistics, which don't depend on x, ∂L/∂x is
  /// γ/√(running variance + ε) · g. All three arrays are [N, C]; ∂L/∂x is nil where it isn't needed.
  func backward(
    x: PanelMatrix, outputGradient: PanelMatrix, into inputGradient: PanelMatrix?, count: Int,
    panels: Range<Int>
  ) {
    let isCoupled = spec.statistics == .batch
    for panel in panels {
      let source = x.panel(panel)
      let gradient = outputGradient.panel(panel)
      let scale = parameters.weight.values.panel(panel)[0]
      var scaleGradient = parameters.weight.gradient.panel(panel)[0]
      var shiftGradient = parameters.bias.gradient.panel(panel)[0]
      forEachGroup(of: count) { group, rows in
        let mean = isCoupled ? mean.panel(panel)[group] : runningMean.panel(panel)[0]
        let inverseDeviation =
          isCoupled ? inverseDeviation.panel(panel)[group] : runningInverseDeviation(panel)
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
        let slope = scale * inverseDeviation
        guard isCoupled else {
          for n in rows { target[n] = slope * gradient[n] }
          return
        }
        Self.withQuotient(by: rows.count) { quotient in
          for n in rows {
            let normalized = (source[n] - mean) * inverseDeviation
            let coupled = quotient(gradientSum.addingProduct(normalized, productSum))
            target[n] = slope * (gradient[n] - coupled)
          }
        }
      }
      parameters.weight.gradient.panel(panel)[0] = scaleGradient
      parameters.bias.gradient.panel(panel)[0] = shiftGradient
    }
  }

  /// Runs a loop with the quotient by a count N: where N is a power of two a product with 1/N, which
  /// has the same bits, for scaling by a power of two is rounded as division is, and takes a fraction
  /// of the time.
  @inline(__always)
  private static func withQuotient(by count: Int, _ loop: (_ quotient: (Lanes) -> Lanes) -> Void) {
    if count & (count - 1) == 0 {
      let inverse = Lanes(repeating: 1 / Float(count))
      loop { $0 * inverse }
    } else {
      let divisor = Lanes(repeating: Float(count))
      loop { $0 / divisor }
    }
  }

  @inline(__always)
  private func normalize(
    _ x: PanelMatrix, into y: PanelMatrix, _ panel: Int, _ rows: Range<Int>, mean: Lanes,
    inverseDeviation: Lanes, finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let source = x.panel(panel)
    let target = y.panel(panel)
    let scale = parameters.weight.values.panel(panel)[0]
    let shift = parameters.bias.values.panel(panel)[0]
    for block in Blocks(of: rows, size: Self.block) {
      for n in block {
        let normalized = (source[n] - mean) * inverseDeviation
        target[n] = shift.addingProduct(normalized, scale)
      }
      finish(panel..<panel + 1, block)
    }
  }

  @inline(__always)
  private func runningInverseDeviation(_ panel: Int) -> Lanes {
    let variance = runningVariance.panel(panel)[0]
    return Lanes(repeating: 1) / (variance + Float(spec.epsilon)).squareRoot()
  }
}
