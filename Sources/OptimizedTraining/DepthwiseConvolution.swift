import TrainingCore

/// A convolution by groups of channels, lane by lane: the lanes of a line are output channels, and
/// each sees the input channels of its own group.
///
/// x [N·H·W, C], y [N·H'·W', O], W [KH·KW·I, O]. Where groups are single channels, a lane's input is
/// the same lane of x. Otherwise an image is spread into planes first, of which plane i has in each lane
/// the i-th channel of the lane's group. Either way a sample's panel is copied into the middle of
/// zeros, so that windows at the border are like any other.
final class DepthwiseConvolution {
  let parameters: Parameters
  private let spec: ConvolutionSpec
  private let input: ImageShape
  private let output: ImageShape
  /// Where windows read x.
  private let windows: PlaneGrid
  /// Where pixels of x read ∂L/∂y, by what the stride leaves of their row and column.
  private let phases: [Phase]
  /// The places of a window in the order of the fold.
  private let windowTaps: [DepthwiseTap]
  private let gradientPlanes: PlaneGrid
  /// W as [(place, output channel of the group), input channel].
  private let transposedWeight: PanelMatrix
  private var inputPlanes: [PanelMatrix] = []
  private var outputPlanes: [PanelMatrix] = []

  private struct Phase {
    let row: Int
    let column: Int
    let targets: Extent
    let taps: [DepthwiseTap]
  }

  init(_ spec: ConvolutionSpec, input: ImageShape, output: ImageShape, slots: Int) {
    self.spec = spec
    self.input = input
    self.output = output
    parameters = Parameters(spec, slots: slots)
    windows = PlaneGrid(
      image: input, planes: spec.inputsPerGroup, before: spec.padding,
      extent: Extent(
        height: max(
          spec.padding.height + input.height,
          (output.height - 1) * spec.stride.height + spec.kernel.height),
        width: max(
          spec.padding.width + input.width,
          (output.width - 1) * spec.stride.width + spec.kernel.width)))
    let windows = windows
    windowTaps = (0..<spec.kernel.count).flatMap { place in
      (0..<spec.inputsPerGroup).map { plane in
        DepthwiseTap(
          line: windows.line(
            plane: plane, row: place / spec.kernel.width - spec.padding.height,
            column: place % spec.kernel.width - spec.padding.width),
          weight: place * spec.inputsPerGroup + plane)
      }
    }
    let kinds = spec.phases(of: input, output: output)
    let offsets = kinds.flatMap(\.grid.offsets)
    let before = Extent(
      height: -min(offsets.map(\.row).min() ?? 0, 0),
      width: -min(offsets.map(\.column).min() ?? 0, 0))
    let after = Extent(
      height: kinds.map { kind in
        kind.grid.targets.height + (kind.grid.offsets.map(\.row).max() ?? 0)
      }.max() ?? 0,
      width: kinds.map { kind in
        kind.grid.targets.width + (kind.grid.offsets.map(\.column).max() ?? 0)
      }.max() ?? 0)
    let planes = PlaneGrid(
      image: output, planes: spec.outputsPerGroup, before: before,
      extent: Extent(
        height: before.height + max(output.height, after.height),
        width: before.width + max(output.width, after.width)))
    gradientPlanes = planes
    phases = kinds.map { kind in
      Phase(
        row: kind.row, column: kind.column, targets: kind.grid.targets,
        taps: zip(kind.places, kind.grid.offsets).flatMap { place, offset in
          (0..<spec.outputsPerGroup).map { plane in
            DepthwiseTap(
              line: planes.line(plane: plane, row: offset.row, column: offset.column),
              weight: place * spec.outputsPerGroup + plane)
          }
        })
    }
    transposedWeight = PanelMatrix(
      rows: spec.kernel.count * spec.outputsPerGroup, columns: spec.inputChannels)
  }

  /// Whether input and output channels are the same lanes.
  private var isDepthwise: Bool { spec.inputsPerGroup == 1 && spec.outputsPerGroup == 1 }

  /// Makes room for the work of so many members.
  func reserve(members: Int, hasGradient: Bool) {
    parameters.weight.reservePartialSums()
    parameters.bias.reservePartialSums()
    if inputPlanes.count < members {
      inputPlanes = (0..<members).map { _ in windows.makePlanes() }
    }
    if hasGradient, outputPlanes.count < members {
      outputPlanes = (0..<members).map { _ in gradientPlanes.makePlanes() }
    }
  }

  /// y[n, r, c, o] = b[o] + Σ x[n, r·s + kr − p, c·s + kc − p, i] W[kr, kc, i, o].
  func forward(
    _ x: PanelMatrix, into y: PanelMatrix, samples: Int, member: Member,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let planes = inputPlanes[member.index]
    for task in member.share(of: y.panels * samples) {
      let (panel, sample) = task.quotientAndRemainder(dividingBy: samples)
      spread(x, sample: sample, panel: panel, into: planes)
      let start = spec.hasBias ? parameters.bias.values.panel(panel)[0] : .zero
      let rows = sample * output.positions..<(sample + 1) * output.positions
      let target = y.panel(panel) + rows.lowerBound
      for row in 0..<output.height {
        DepthwiseTap.fold(
          windowTaps, from: planes.lines + row * spec.stride.height * windows.extent.width,
          step: spec.stride.width, weights: parameters.weight.values.panel(panel), start: start,
          into: target + row * output.width, count: output.width, targetStep: 1)
      }
      finish(panel..<panel + 1, rows)
    }
  }

  /// ∂L/∂x[n, h, w, i] = Σ W[kr, kc, i, o] ∂L/∂y[n, r, c, o], for the windows that have the pixel and the
  /// output channels of i's group.
  func inputGradient(
    outputGradient: PanelMatrix, into inputGradient: PanelMatrix, samples: Int, member: Member,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let planes = outputPlanes[member.index]
    let weights = isDepthwise ? parameters.weight.values : transposedWeight
    for task in member.share(of: inputGradient.panels * samples) {
      let (panel, sample) = task.quotientAndRemainder(dividingBy: samples)
      gather(outputGradient, sample: sample, panel: panel, into: planes)
      let rows = sample * input.positions..<(sample + 1) * input.positions
      let target = inputGradient.panel(panel) + rows.lowerBound
      for phase in phases {
        for row in 0..<phase.targets.height {
          DepthwiseTap.fold(
            phase.taps, from: planes.lines + row * gradientPlanes.extent.width, step: 1,
            weights: weights.panel(panel), start: .zero,
            into: target + (phase.row + row * spec.stride.height) * input.width + phase.column,
            count: phase.targets.width, targetStep: spec.stride.width)
        }
      }
      finish(panel..<panel + 1, rows)
    }
  }

  /// Lays out the weights for `inputGradient`; a barrier must come between.
  func transposeWeights(as member: Member) {
    if isDepthwise { return }
    let weight = parameters.weight.values
    // By panels: members must not write to lanes of one line.
    for panel in member.share(of: transposedWeight.panels) {
      let first = panel * Lanes.scalarCount
      for channel in first..<min(first + Lanes.scalarCount, spec.inputChannels) {
        let (group, i) = channel.quotientAndRemainder(dividingBy: spec.inputsPerGroup)
        for place in 0..<spec.kernel.count {
          for o in 0..<spec.outputsPerGroup {
            transposedWeight[place * spec.outputsPerGroup + o, channel] =
              weight[place * spec.inputsPerGroup + i, group * spec.outputsPerGroup + o]
          }
        }
      }
    }
  }

  /// ∂L/∂W[kr, kc, i, o] += Σ x[n, r·s + kr − p, c·s + kc − p, i] ∂L/∂y[n, r, c, o] and
  /// ∂L/∂b[o] += Σ ∂L/∂y[n, r, c, o], for one member's panels.
  func weightGradient(
    x: PanelMatrix, outputGradient: PanelMatrix, samples: Int, storesGradient: Bool,
    sink: some GradientSink, member: Member
  ) {
    let planes = inputPlanes[member.index]
    let weight = parameters.weight.lines(storesGradient: storesGradient)
    let bias = parameters.bias.lines(storesGradient: storesGradient)
    for panel in member.share(of: outputGradient.panels) {
      let gradient = outputGradient.panel(panel)
      let fold = DepthwiseWeightFold(
        planes: planes.lines, planeWidth: windows.extent.width, step: spec.stride,
        outputs: Extent(height: output.height, width: output.width), weight: weight,
        firstLine: panel * weight.stride)
      for sample in 0..<samples {
        spread(x, sample: sample, panel: panel, into: planes)
        fold.add(
          taps: windowTaps, isThreeByThree: spec.kernel == 3 && spec.inputsPerGroup == 1,
          gradient: gradient + sample * output.positions,
          startsAtZero: sample == 0 && sink.startsAtZero)
      }
      for row in 0..<parameters.weight.values.rows {
        sink.settle(weight, at: panel * weight.stride + row)
      }
      guard spec.hasBias else { continue }
      sink.foldBias(
        bias, panel: panel, of: outputGradient, rows: samples * output.positions)
    }
  }

  private func spread(_ x: PanelMatrix, sample: Int, panel: Int, into planes: PanelMatrix) {
    windows.copy(x, sample: sample, panel: panel, isDepthwise: isDepthwise, into: planes) {
      $1 + $0 / spec.outputsPerGroup * spec.inputsPerGroup
    }
  }

  private func gather(_ gradient: PanelMatrix, sample: Int, panel: Int, into planes: PanelMatrix) {
    gradientPlanes.copy(
      gradient, sample: sample, panel: panel, isDepthwise: isDepthwise, into: planes
    ) {
      $1 + $0 / spec.inputsPerGroup * spec.outputsPerGroup
    }
  }
}
