import TrainingCore

/// A convolution whose outputs see all channels, as a GEMM.
///
/// x [N·H·W, C], y [N·H'·W', O], W [KH·KW·I, O]: a row for each position of each sample. A pointwise
/// convolution is a GEMM as it stands. For any other, each window's numbers are packed side by side
/// first, a patch a row, some hundred rows at a time; outside of the image a patch has zeros, which
/// fold like any other number. See `DepthwiseConvolution` for groups.
final class Convolution {
  let parameters: Parameters
  private let spec: ConvolutionSpec
  private let input: ImageShape
  /// Whether x itself is the matrix of patches.
  private let isPointwise: Bool
  private let windows: PatchGrid
  /// The pixels of x by the kernel's places that read them, and the weights of these places as
  /// [place·O, C].
  private let phases: [(pixels: StridePhase, weight: PanelMatrix)]
  /// Each member's patches of windows, [rows, KH·KW·I].
  private var patches: [PatchBuffer] = []
  /// Each member's patches of ∂L/∂y, [rows, places·O].
  private var gradientPatches: [PatchBuffer] = []
  /// Each member's product of these with the weights, [rows, C], where its rows aren't neighbours in
  /// ∂L/∂x.
  private var products: [PanelMatrix] = []

  init(_ spec: ConvolutionSpec, input: ImageShape, output: ImageShape, slots: Int) {
    self.spec = spec
    self.input = input
    parameters = Parameters(spec, slots: slots)
    isPointwise = spec.kernel == 1 && spec.stride == 1
    windows = PatchGrid(windowsOf: spec, input: input, output: output)
    phases = spec.phases(of: input, output: output).map { phase in
      let rows = phase.places.count * spec.outputChannels + Lanes.scalarCount
      return (phase, PanelMatrix(rows: rows, columns: spec.inputChannels, spreads: true))
    }
  }

  /// Allocates the patches of a team's members.
  func reserve(members: Int, hasGradient: Bool) {
    parameters.reservePartialSums()
    if isPointwise { return }
    if patches.count < members { patches = (0..<members).map { _ in PatchBuffer(for: [windows]) } }
    guard hasGradient, gradientPatches.count < members else { return }
    let grids = phases.map(\.pixels.grid)
    gradientPatches = (0..<members).map { _ in PatchBuffer(for: grids) }
    guard phases.count > 1 else { return }
    products = gradientPatches.map {
      PanelMatrix(rows: $0.patches.rows, columns: spec.inputChannels)
    }
  }

  /// y[n, r, c, o] = b[o] + Σ x[n, r·s + kr − p, c·s + kc − p, i] W[kr, kc, i, o].
  func forward(
    _ x: PanelMatrix, into y: PanelMatrix, samples: Int, as member: Member,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let weight = parameters.weight.values
    let start: GEMM.Start = spec.hasBias ? .row(parameters.bias.values.lines) : .zero
    if isPointwise {
      member.forEachBlock(panels: y.panels, rows: samples * windows.positions) { panels, rows in
        GEMM.multiply(
          x, weight, into: y, rows: rows, panels: panels, depth: weight.rows, from: start,
          finish: finish)
      }
      return
    }
    let buffer = patches[member.index]
    for piece in member.share(of: windows.pieces(of: samples)) {
      let rows = windows.rows(of: piece, samples: samples)
      windows.pack(x, rows: rows, into: buffer)
      GEMM.multiply(
        buffer.patches, weight, into: y, rows: rows, panels: 0..<y.panels, depth: weight.rows,
        from: start, leftShift: -rows.lowerBound, finish: finish)
    }
  }

  /// Transposes the weights for `inputGradient`; a barrier must come between.
  func transposeWeights(as member: Member) {
    let panels = PanelMatrix.panelCount(spec.outputChannels)
    for (pixels, weight) in phases {
      for task in member.share(of: pixels.places.count * panels) {
        let (place, panel) = task.quotientAndRemainder(dividingBy: panels)
        parameters.weight.values.transpose(
          panel: panel, firstRow: pixels.places[place] * spec.inputChannels,
          rows: spec.inputChannels, into: weight, at: place * spec.outputChannels)
      }
    }
  }

  /// ∂L/∂x[n, h, w, i] = Σ W[kr, kc, i, o] ∂L/∂y[n, r, c, o], over the windows that have the pixel.
  func inputGradient(
    outputGradient: PanelMatrix, into inputGradient: PanelMatrix, samples: Int,
    as member: Member, finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let panels = 0..<inputGradient.panels
    if isPointwise {
      member.forEachBlock(
        panels: inputGradient.panels, rows: samples * windows.positions
      ) { panels, rows in
        GEMM.multiply(
          outputGradient, phases[0].weight, into: inputGradient, rows: rows, panels: panels,
          depth: spec.outputChannels, from: .zero, finish: finish)
      }
    } else if phases.count == 1 {
      let (grid, buffer) = (phases[0].pixels.grid, gradientPatches[member.index])
      for piece in member.share(of: grid.pieces(of: samples)) {
        let rows = grid.rows(of: piece, samples: samples)
        grid.pack(outputGradient, rows: rows, into: buffer)
        GEMM.multiply(
          buffer.patches, phases[0].weight, into: inputGradient, rows: rows, panels: panels,
          depth: grid.columns, from: .zero, leftShift: -rows.lowerBound, finish: finish)
      }
    } else {
      for sample in member.share(of: samples) {
        for phase in phases.indices {
          scatter(phase, of: sample, outputGradient, into: inputGradient, as: member)
        }
        finish(panels, sample * input.positions..<(sample + 1) * input.positions)
      }
    }
  }

  /// Computes ∂L/∂x for one sample's pixels of one phase, and scatters it to them.
  private func scatter(
    _ phase: Int, of sample: Int, _ outputGradient: PanelMatrix,
    into inputGradient: PanelMatrix, as member: Member
  ) {
    let (pixels, weight) = phases[phase]
    let grid = pixels.grid
    let buffer = gradientPatches[member.index]
    let product = products[member.index]
    let all = sample * grid.positions..<(sample + 1) * grid.positions
    for rows in Blocks(of: all, size: grid.largestPiece) {
      if pixels.places.isEmpty {
        product.clear()
      } else {
        grid.pack(outputGradient, rows: rows, into: buffer)
        GEMM.multiply(
          buffer.patches, weight, into: product, rows: 0..<rows.count, panels: 0..<product.panels,
          depth: grid.columns, from: .zero
        ) { _, _ in }
      }
      for (line, row) in rows.enumerated() {
        let (r, c) = (row - all.lowerBound).quotientAndRemainder(dividingBy: grid.targets.width)
        let pixel =
          (sample * input.height + pixels.row + r * spec.stride.height) * input.width
          + pixels.column + c * spec.stride.width
        for panel in 0..<product.panels {
          inputGradient.panel(panel)[pixel] = product.panel(panel)[line]
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
    let weight = sink(parameters.weight)
    let partialSums = Sink.partialSums(of: parameters.weight)
    let rows = samples * windows.positions
    let tiles = TileShare(
      inputs: PanelMatrix.panelCount(windows.columns), outputs: outputGradient.panels,
      member: member)
    let parts =
      isPointwise
      ? Blocks(of: 0..<rows, size: WeightGradient.kc).map { $0 }
      : (0..<windows.pieces(of: samples)).map { windows.rows(of: $0, samples: samples) }
    for (index, part) in parts.enumerated() {
      var gradient = WeightGradient(
        x: x, firstRow: part.lowerBound, outputGradient: outputGradient, rows: part)
      if !isPointwise {
        let buffer = patches[member.index]
        windows.pack(x, rows: part, into: buffer, panels: tiles.inputs)
        gradient.x = buffer.patches
        gradient.firstRow = 0
      }
      tiles.forEach { panel, outputs in
        gradient.fold(
          panel: panel, outputs: outputs, into: partialSums,
          startsAtZero: index == 0 && !Sink.keepsSums)
        if index == parts.count - 1 {
          gradient.finish(panel: panel, outputs: outputs, from: partialSums, into: weight)
        }
      }
    }
    let bias = sink(parameters.bias)
    for panel in member.share(of: parameters.bias.values.panels) {
      bias.foldBias(panel: panel, of: outputGradient, rows: rows)
    }
  }
}
