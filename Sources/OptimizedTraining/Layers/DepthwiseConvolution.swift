import TrainingCore

/// A convolution by groups of channels, without a GEMM: the lanes of a line are output channels, and
/// each sees the input channels of its own group.
///
/// x [N·H·W, C], y [N·H'·W', O], W [KH·KW·I, O]. Where groups are single channels, a lane's input is
/// the same lane of x. Otherwise an image is spread into planes first, of which plane i has in each lane
/// the i-th channel of the lane's group. Either way a sample's panel is copied into the middle of
/// zeros, so that windows at the border are like any other.
final class DepthwiseConvolution {
  let parameters: Parameters
  private let spec: ConvolutionSpec
  private let input, output: ImageShape
  /// Where windows read x.
  private let windows: PlaneGrid
  private let phases: [Phase]
  /// The places of a window in the order of the fold.
  private let windowTaps: [DepthwiseTap]
  /// Where pixels of x read ∂L/∂y.
  private let gradientWindows: PlaneGrid
  /// W with rows and columns exchanged, [KH·KW·outputs of a group, C].
  private let transposedWeight: PanelMatrix
  /// Each member's sample of x, in planes.
  private var inputPlanes: [PanelMatrix] = []
  /// Each member's sample of ∂L/∂y, in planes.
  private var outputPlanes: [PanelMatrix] = []

  /// What is needed of a `StridePhase` for each sample and panel; it has one array, since copies of
  /// more would count references for longer than a small map takes.
  private struct Phase {
    let firstPixel: Int
    /// Rows and columns of pixels.
    let targets: Extent
    /// Where their windows are in ∂L/∂y, in the order of the fold.
    let taps: [DepthwiseTap]
  }

  init(_ spec: ConvolutionSpec, input: ImageShape, output: ImageShape, slots: Int) {
    self.spec = spec
    self.input = input
    self.output = output
    parameters = Parameters(spec, slots: slots)
    let windows = PlaneGrid(
      image: input, planes: spec.inputsPerGroup, before: spec.padding,
      extent: Extent(
        height: input.height + 2 * spec.padding.height,
        width: input.width + 2 * spec.padding.width))
    self.windows = windows
    windowTaps = (0..<spec.kernel.count).flatMap { place in
      (0..<spec.inputsPerGroup).map { plane in
        DepthwiseTap(
          line: windows.line(
            plane: plane, row: place / spec.kernel.width - spec.padding.height,
            column: place % spec.kernel.width - spec.padding.width),
          weight: place * spec.inputsPerGroup + plane)
      }
    }
    // Offsets of windows in ∂L/∂y lie between padding + 1 − kernel and padding.
    let before = Extent(
      height: spec.kernel.height - 1 - spec.padding.height,
      width: spec.kernel.width - 1 - spec.padding.width)
    let targets = Extent(
      height: (input.height + spec.stride.height - 1) / spec.stride.height,
      width: (input.width + spec.stride.width - 1) / spec.stride.width)
    let planes = PlaneGrid(
      image: output, planes: spec.outputsPerGroup, before: before,
      extent: Extent(
        height: before.height + max(output.height, targets.height + spec.padding.height),
        width: before.width + max(output.width, targets.width + spec.padding.width)))
    gradientWindows = planes
    phases = spec.phases(of: input, output: output).map { phase in
      let taps = zip(phase.places, phase.grid.offsets).flatMap { place, offset in
        (0..<spec.outputsPerGroup).map { plane in
          DepthwiseTap(
            line: planes.line(plane: plane, row: offset.row, column: offset.column),
            weight: place * spec.outputsPerGroup + plane)
        }
      }
      return Phase(
        firstPixel: phase.row * input.width + phase.column, targets: phase.grid.targets, taps: taps)
    }
    transposedWeight = PanelMatrix(
      rows: spec.kernel.count * spec.outputsPerGroup, columns: spec.inputChannels)
  }

  /// Whether input and output channels are the same lanes.
  private var isDepthwise: Bool { spec.inputsPerGroup == 1 && spec.outputsPerGroup == 1 }

  /// Allocates the planes of a team's members.
  func reserve(members: Int, hasGradient: Bool) {
    parameters.reservePartialSums()
    if inputPlanes.count < members { inputPlanes = (0..<members).map { _ in windows.makePlanes() } }
    if hasGradient, outputPlanes.count < members {
      outputPlanes = (0..<members).map { _ in gradientWindows.makePlanes() }
    }
  }

  /// y[n, r, c, o] = b[o] + Σ x[n, r·s + kr − p, c·s + kc − p, i] W[kr, kc, i, o].
  func forward(
    _ x: PanelMatrix, into y: PanelMatrix, samples: Int, as member: Member,
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

  /// ∂L/∂x[n, h, w, i] = Σ W[kr, kc, i, o] ∂L/∂y[n, r, c, o], over the windows that have the pixel and
  /// the output channels of i's group.
  func inputGradient(
    outputGradient: PanelMatrix, into inputGradient: PanelMatrix, samples: Int, as member: Member,
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
            phase.taps, from: planes.lines + row * gradientWindows.extent.width, step: 1,
            weights: weights.panel(panel), start: .zero,
            into: target + phase.firstPixel + row * spec.stride.height * input.width,
            count: phase.targets.width, targetStep: spec.stride.width)
        }
      }
      finish(panel..<panel + 1, rows)
    }
  }

  /// Transposes the weights for `inputGradient`; a barrier must come between.
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
  /// ∂L/∂b[o] += Σ ∂L/∂y[n, r, c, o], a member's share of both.
  func weightGradient<Sink: GradientSink>(
    x: PanelMatrix, outputGradient: PanelMatrix, samples: Int, as member: Member,
    into sink: (LearnedTensor) -> Sink
  ) {
    let planes = inputPlanes[member.index]
    let (weight, bias) = (sink(parameters.weight), sink(parameters.bias))
    let partialSums = Sink.partialSums(of: parameters.weight)
    for panel in member.share(of: outputGradient.panels) {
      let gradient = outputGradient.panel(panel)
      let fold = DepthwiseWeightFold(
        planes: planes.lines, planeWidth: windows.extent.width, step: spec.stride,
        outputs: Extent(height: output.height, width: output.width), partialSums: partialSums,
        firstLine: panel * weight.stride)
      for sample in 0..<samples {
        spread(x, sample: sample, panel: panel, into: planes)
        fold.add(
          taps: windowTaps, isThreeByThree: spec.kernel == 3 && spec.inputsPerGroup == 1,
          gradient: gradient + sample * output.positions,
          startsAtZero: sample == 0 && !Sink.keepsSums)
      }
      for row in 0..<parameters.weight.values.rows {
        weight.finish(from: partialSums, at: panel * weight.stride + row)
      }
      guard spec.hasBias else { continue }
      bias.foldBias(panel: panel, of: outputGradient, rows: samples * output.positions)
    }
  }

  /// Copies a sample's panel of x into planes, each lane the channels that it sees.
  private func spread(_ x: PanelMatrix, sample: Int, panel: Int, into planes: PanelMatrix) {
    windows.copy(x, sample: sample, panel: panel, isDepthwise: isDepthwise, into: planes) {
      $1 + $0 / spec.outputsPerGroup * spec.inputsPerGroup
    }
  }

  /// Copies a sample's panel of ∂L/∂y into planes, each lane the channels that see it.
  private func gather(_ gradient: PanelMatrix, sample: Int, panel: Int, into planes: PanelMatrix) {
    gradientWindows.copy(
      gradient, sample: sample, panel: panel, isDepthwise: isDepthwise, into: planes
    ) {
      $1 + $0 / spec.inputsPerGroup * spec.outputsPerGroup
    }
  }
}

/// One panel of a sample's image amid zeros, in one or more planes.
struct PlaneGrid {
  let image: ImageShape
  /// Planes: the channels that a lane sees.
  let planes: Int
  /// Rows and columns of zeros before the image.
  let before: Extent
  /// Rows and columns of a plane.
  let extent: Extent

  /// Planes of zeros; only their middle is ever written.
  func makePlanes() -> PanelMatrix {
    PanelMatrix(rows: planes * extent.count, columns: Lanes.scalarCount)
  }

  /// The line of a pixel of the image, or of one beyond its border, in planes [plane, row, column].
  func line(plane: Int, row: Int, column: Int) -> Int {
    (plane * extent.height + before.height + row) * extent.width + before.width + column
  }

  /// Copies a sample's panel of images [N·H·W, C] into planes [plane, row, column].
  ///
  /// In each plane a lane, counted over all panels, sees one channel: in a depthwise convolution that
  /// of its own number.
  @inline(__always)
  func copy(
    _ source: PanelMatrix, sample: Int, panel: Int, isDepthwise: Bool, into target: PanelMatrix,
    channel: (_ lane: Int, _ plane: Int) -> Int
  ) {
    let first = sample * image.positions
    if isDepthwise {
      for row in 0..<image.height {
        (target.lines + line(plane: 0, row: row, column: 0)).update(
          from: source.panel(panel) + first + row * image.width, count: image.width)
      }
      return
    }
    for plane in 0..<planes {
      for lane in 0..<Lanes.scalarCount {
        let seen = channel(panel * Lanes.scalarCount + lane, plane)
        guard seen < source.columns else { continue }
        for row in 0..<image.height {
          let begin = line(plane: plane, row: row, column: 0)
          for column in 0..<image.width {
            target.lines[begin + column][lane] = source[first + row * image.width + column, seen]
          }
        }
      }
    }
  }
}
