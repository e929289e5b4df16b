import TrainingCore

/// A convolution whose outputs see all channels, as a product of matrices.
///
/// x [N·H·W, C], y [N·H'·W', O], W [KH·KW·I, O]: a row for each position of each sample. A pointwise
/// convolution is a product as it stands. For any other, each window's numbers are laid side by side
/// first, a patch a row, some hundred rows at a time; outside of the image a patch has zeros, which
/// fold like any other number. See `DepthwiseConvolution` for groups.
final class Convolution {
  let parameters: Parameters
  private let spec: ConvolutionSpec
  private let input: ImageShape
  private let output: ImageShape
  /// Whether x itself is the matrix of patches.
  private let isPointwise: Bool
  private let windows: PatchGrid
  private let phases: [Phase]
  /// Each member's patches of windows, and of ∂L/∂y.
  private var patches: [PanelMatrix] = []
  private var gradientPatches: [PanelMatrix] = []
  /// Each member's product of the latter, where its rows aren't neighbours in ∂L/∂x.
  private var products: [PanelMatrix] = []

  /// The pixels of x whose windows have them at the same places: as many kinds as the stride has
  /// positions.
  private struct Phase {
    /// The first pixel.
    let row: Int
    let column: Int
    /// Where ∂L/∂y is read.
    let grid: PatchGrid
    /// The places in the kernel.
    let places: [Int]
    /// The weights of these places as [(place, output channel), input channel].
    let weight: PanelMatrix
  }

  init(_ spec: ConvolutionSpec, input: ImageShape, output: ImageShape, slots: Int) {
    self.spec = spec
    self.input = input
    self.output = output
    parameters = Parameters(spec, slots: slots)
    isPointwise = spec.kernel == 1 && spec.stride == 1
    windows = PatchGrid(windowsOf: spec, input: input, output: output)
    phases = spec.phases(of: input, output: output).map { phase in
      Phase(
        row: phase.row, column: phase.column, grid: phase.grid, places: phase.places,
        weight: PanelMatrix(
          rows: phase.places.count * spec.outputChannels + Lanes.scalarCount,
          columns: spec.inputChannels, spreads: true))
    }
  }

  /// Makes room for the work of so many members.
  func reserve(members: Int, hasGradient: Bool) {
    parameters.weight.reservePartialSums()
    parameters.bias.reservePartialSums()
    if isPointwise { return }
    let rows = windows.largestPiece
    if patches.count < members {
      patches = (0..<members).map { _ in PanelMatrix(rows: rows, columns: windows.columns) }
    }
    guard hasGradient, gradientPatches.count < members else { return }
    let grids = phases.map(\.grid)
    let columns = grids.map(\.columns).max() ?? 0
    let largest = grids.map(\.largestPiece).max() ?? 0
    gradientPatches = (0..<members).map { _ in PanelMatrix(rows: largest, columns: columns) }
    guard phases.count > 1 else { return }
    products = (0..<members).map { _ in
      PanelMatrix(rows: largest, columns: spec.inputChannels)
    }
  }

  /// y[n, r, c, o] = b[o] + Σ x[n, r·s + kr − p, c·s + kc − p, i] W[kr, kc, i, o].
  func forward(
    _ x: PanelMatrix, into y: PanelMatrix, samples: Int, member: Member,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    let weight = parameters.weight.values
    let start: MatrixProduct.Start =
      spec.hasBias ? .row(parameters.bias.values.lines) : .zero
    if isPointwise {
      member.forEachBlock(panels: y.panels, rows: samples * windows.positions) { panels, rows in
        MatrixProduct.multiply(
          x, weight, into: y, rows: rows, panels: panels, depth: weight.rows, from: start,
          finish: finish)
      }
      return
    }
    let patches = patches[member.index]
    for piece in member.share(of: windows.pieces(of: samples)) {
      let rows = windows.rows(of: piece, samples: samples)
      windows.fill(from: x, rows: rows, into: patches, panels: 0..<patches.panels)
      MatrixProduct.multiply(
        patches, weight, into: y, rows: rows, panels: 0..<y.panels, depth: weight.rows,
        from: start, leftShift: -rows.lowerBound, finish: finish)
    }
  }

  /// Lays out the weights for `inputGradient`; a barrier must come between.
  func transposeWeights(as member: Member) {
    for phase in phases {
      let tasks = phase.places.count * PanelMatrix.panelCount(spec.outputChannels)
      for task in member.share(of: tasks) {
        let (place, panel) = task.quotientAndRemainder(
          dividingBy: PanelMatrix.panelCount(spec.outputChannels))
        parameters.weight.values.transpose(
          panel: panel, firstRow: phase.places[place] * spec.inputChannels,
          rows: spec.inputChannels, into: phase.weight, at: place * spec.outputChannels)
      }
    }
  }

  /// ∂L/∂x[n, h, w, i] = Σ W[kr, kc, i, o] ∂L/∂y[n, r, c, o], for the windows that have the pixel.
  func inputGradient(
    outputGradient: PanelMatrix, into inputGradient: PanelMatrix, samples: Int, member: Member,
    finish: (_ panels: Range<Int>, _ rows: Range<Int>) -> Void
  ) {
    if isPointwise {
      member.forEachBlock(
        panels: inputGradient.panels, rows: samples * windows.positions
      ) { panels, rows in
        MatrixProduct.multiply(
          outputGradient, phases[0].weight, into: inputGradient, rows: rows, panels: panels,
          depth: spec.outputChannels, from: .zero, finish: finish)
      }
      return
    }
    let patches = gradientPatches[member.index]
    let panels = 0..<inputGradient.panels
    guard phases.count > 1 else {
      let grid = phases[0].grid
      for piece in member.share(of: grid.pieces(of: samples)) {
        let rows = grid.rows(of: piece, samples: samples)
        grid.fill(
          from: outputGradient, rows: rows, into: patches,
          panels: 0..<PanelMatrix.panelCount(grid.columns))
        MatrixProduct.multiply(
          patches, phases[0].weight, into: inputGradient, rows: rows, panels: panels,
          depth: grid.columns, from: .zero, leftShift: -rows.lowerBound, finish: finish)
      }
      return
    }
    for sample in member.share(of: samples) {
      for phase in phases {
        scatter(phase, sample, outputGradient, into: inputGradient, member: member)
      }
      finish(panels, sample * input.positions..<(sample + 1) * input.positions)
    }
  }

  /// One sample's pixels of one phase.
  private func scatter(
    _ phase: Phase, _ sample: Int, _ outputGradient: PanelMatrix,
    into inputGradient: PanelMatrix, member: Member
  ) {
    let grid = phase.grid
    let patches = gradientPatches[member.index]
    let product = products[member.index]
    let all = sample * grid.positions..<(sample + 1) * grid.positions
    for rows in Blocks(of: all, size: grid.largestPiece) {
      if phase.places.isEmpty {
        product.clear()
      } else {
        grid.fill(
          from: outputGradient, rows: rows, into: patches,
          panels: 0..<PanelMatrix.panelCount(grid.columns))
        MatrixProduct.multiply(
          patches, phase.weight, into: product, rows: 0..<rows.count, panels: 0..<product.panels,
          depth: grid.columns, from: .zero
        ) { _, _ in }
      }
      for (line, row) in rows.enumerated() {
        let (r, c) = (row - all.lowerBound).quotientAndRemainder(dividingBy: grid.targets.width)
        let pixel =
          (sample * input.height + phase.row + r * spec.stride.height) * input.width + phase.column
          + c * spec.stride.width
        for panel in 0..<product.panels {
          inputGradient.panel(panel)[pixel] = product.panel(panel)[line]
        }
      }
    }
  }

  /// ∂L/∂W[kr, kc, i, o] += Σ x[n, r·s + kr − p, c·s + kc − p, i] ∂L/∂y[n, r, c, o] and
  /// ∂L/∂b[o] += Σ ∂L/∂y[n, r, c, o], for one member's tiles.
  func weightGradient(
    x: PanelMatrix, outputGradient: PanelMatrix, samples: Int, storesGradient: Bool,
    sink: some GradientSink, member: Member
  ) {
    let weight = parameters.weight.lines(storesGradient: storesGradient)
    let rows = samples * windows.positions
    let tiles = TileShare(
      inputs: PanelMatrix.panelCount(windows.columns), outputs: outputGradient.panels,
      member: member)
    let parts =
      isPointwise
      ? Blocks(of: 0..<rows, size: WeightGradient.rowBlock).map { $0 }
      : (0..<windows.pieces(of: samples)).map { windows.rows(of: $0, samples: samples) }
    for (index, part) in parts.enumerated() {
      var gradient = WeightGradient(
        x: x, firstRow: part.lowerBound, outputGradient: outputGradient, rows: part,
        weight: weight)
      if !isPointwise {
        let patches = patches[member.index]
        windows.fill(from: x, rows: part, into: patches, panels: tiles.inputs)
        gradient.x = patches
        gradient.firstRow = 0
      }
      tiles.forEach { panel, outputs in
        gradient.fold(
          panel: panel, outputs: outputs, startsAtZero: index == 0 && sink.startsAtZero)
        if index == parts.count - 1 { gradient.settle(panel: panel, outputs: outputs, in: sink) }
      }
    }
    let bias = parameters.bias.lines(storesGradient: storesGradient)
    for panel in member.share(of: parameters.bias.values.panels) {
      sink.foldBias(bias, panel: panel, of: outputGradient, rows: rows)
    }
  }
}
