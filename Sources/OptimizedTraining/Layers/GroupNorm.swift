import TrainingCore

/// Group normalisation (Wu & He 2018, equations 1 to 7): each sample alone, by groups of channels.
///
/// x and y [N, C] or [N·H·W, C], γ and β [1, C]. Samples don't meet, so blocks of them are shared out. A
/// sum over a group has a lane for each of sixteen neighbouring channels, which are added at the end;
/// what a panel has of other groups is left out.
final class GroupNorm {
  let spec: GroupNormSpec
  let parameters: Parameters
  /// The rows of one sample, H·W.
  private let positions: Int
  /// Each channel's mean and 1/√(variance + ε), those of its group in a sample, [N, C] each.
  private var mean, inverseDeviation: PanelMatrix
  /// The averages of h = γ ∂L/∂y and of h x̂ over each channel's group, [N, C] each.
  private var gradientAverage, productAverage: PanelMatrix

  init(_ spec: GroupNormSpec, positions: Int, slots: Int) {
    self.spec = spec
    self.positions = positions
    parameters = Parameters(rows: 1, columns: spec.features, slots: slots)
    let none = PanelMatrix(rows: 0, columns: spec.features)
    (mean, inverseDeviation, gradientAverage, productAverage) = (none, none, none, none)
  }

  /// Allocates the statistics of so many samples.
  func reserve(samples: Int) {
    let array = { [spec] in PanelMatrix(rows: samples, columns: spec.features) }
    (mean, inverseDeviation) = (array(), array())
    (gradientAverage, productAverage) = (array(), array())
  }

  /// y = γ (x − mean)/√(variance + ε) + β for some samples.
  func forward(_ x: PanelMatrix, into y: PanelMatrix, samples: Range<Int>) {
    for sample in samples {
      average(over: sample, into: mean) { sum, panel, row in sum + x.panel(panel)[row] }
      average(over: sample, into: inverseDeviation) { sum, panel, row in
        let centred = x.panel(panel)[row] - mean.panel(panel)[sample]
        return sum.addingProduct(centred, centred)
      }
      for panel in 0..<x.panels {
        let variance = inverseDeviation.panel(panel)[sample]
        inverseDeviation.panel(panel)[sample] =
          Lanes(repeating: 1) / (variance + Float(spec.epsilon)).squareRoot()
        let (scale, shift) = (
          parameters.weight.values.panel(panel)[0], parameters.bias.values.panel(panel)[0]
        )
        for row in rows(of: sample) {
          y.panel(panel)[row] = shift.addingProduct(
            normalized(x, panel, row, of: sample), scale)
        }
      }
    }
  }

  /// ∂L/∂x = (h − (Σ h + x̂ Σ h x̂)/M)/√(variance + ε) for some samples, with h = γ ∂L/∂y and the sums
  /// over the M numbers of a sample's group.
  func inputGradient(
    x: PanelMatrix, outputGradient: PanelMatrix, into inputGradient: PanelMatrix,
    samples: Range<Int>
  ) {
    let scale = parameters.weight.values
    for sample in samples {
      average(over: sample, into: gradientAverage) { sum, panel, row in
        sum + outputGradient.panel(panel)[row] * scale.panel(panel)[0]
      }
      average(over: sample, into: productAverage) { sum, panel, row in
        sum.addingProduct(
          outputGradient.panel(panel)[row] * scale.panel(panel)[0],
          normalized(x, panel, row, of: sample))
      }
      for panel in 0..<x.panels {
        for row in rows(of: sample) {
          let coupled = gradientAverage.panel(panel)[sample].addingProduct(
            normalized(x, panel, row, of: sample), productAverage.panel(panel)[sample])
          let scaled = outputGradient.panel(panel)[row] * scale.panel(panel)[0]
          inputGradient.panel(panel)[row] =
            inverseDeviation.panel(panel)[sample] * (scaled - coupled)
        }
      }
    }
  }

  /// ∂L/∂γ += Σ g x̂ and ∂L/∂β += Σ g with g = ∂L/∂y, over so many samples and their positions
  /// ascending, for some panels.
  func accumulateGradients(
    x: PanelMatrix, outputGradient: PanelMatrix, samples: Int, panels: Range<Int>
  ) {
    for panel in panels {
      var scaleGradient = parameters.weight.gradient.panel(panel)[0]
      var shiftGradient = parameters.bias.gradient.panel(panel)[0]
      for sample in 0..<samples {
        for row in rows(of: sample) {
          let gradient = outputGradient.panel(panel)[row]
          scaleGradient = scaleGradient.addingProduct(
            gradient, normalized(x, panel, row, of: sample))
          shiftGradient += gradient
        }
      }
      parameters.weight.gradient.panel(panel)[0] = scaleGradient
      parameters.bias.gradient.panel(panel)[0] = shiftGradient
    }
  }

  private func rows(of sample: Int) -> Range<Int> {
    sample * positions..<(sample + 1) * positions
  }

  @inline(__always)
  private func normalized(_ x: PanelMatrix, _ panel: Int, _ row: Int, of sample: Int) -> Lanes {
    (x.panel(panel)[row] - mean.panel(panel)[sample]) * inverseDeviation.panel(panel)[sample]
  }

  /// Writes for each channel the average over its group of the terms that `add` adds to a sum.
  @inline(__always)
  private func average(
    over sample: Int, into target: PanelMatrix,
    _ add: (_ sum: Lanes, _ panel: Int, _ row: Int) -> Lanes
  ) {
    let width = Lanes.scalarCount
    let size = spec.features / spec.groups
    for first in stride(from: 0, to: spec.features, by: size) {
      let panels = first / width...(first + size - 1) / width
      var sums = Lanes.zero
      for panel in panels {
        var sum = sums
        for row in rows(of: sample) { sum = add(sum, panel, row) }
        sums.replace(with: sum, where: Self.lanes(of: first..<first + size, in: panel))
      }
      var sum: Float = 0
      for lane in 0..<width { sum += sums[lane] }
      let average = Lanes(repeating: sum / Float(size * positions))
      for panel in panels {
        target.panel(panel)[sample].replace(
          with: average, where: Self.lanes(of: first..<first + size, in: panel))
      }
    }
  }

  private static let laneNumbers = Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

  /// Which lanes of a panel are channels of a group.
  @inline(__always)
  private static func lanes(of group: Range<Int>, in panel: Int) -> SIMDMask<SIMD16<Int32>> {
    let channels = laneNumbers + Float(panel * Lanes.scalarCount)
    return (channels .>= Float(group.lowerBound)) .& (channels .< Float(group.upperBound))
  }
}
