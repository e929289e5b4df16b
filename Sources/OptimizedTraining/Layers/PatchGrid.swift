import TrainingCore

/// Packs the pixels of each window into a row, which makes a convolution a GEMM (im2col).
///
/// A window's place t at the target (r, c) is the pixel (r, c) · step + offset[t], or a zero outside of
/// the image. Forward, targets are windows and the image is x; backward, targets are the pixels of one
/// `StridePhase` of x, and the image is ∂L/∂y.
struct PatchGrid {
  /// Rows and columns of targets.
  let targets: Extent
  /// Pixels from one target to the next.
  let step: Extent
  /// The image that is read.
  let image: ImageShape
  /// From a target's pixel to that of each place.
  let offsets: [(row: Int, column: Int)]
  /// Where the image is packed first, if its channels don't fill whole panels.
  private(set) var band: PatchBand?

  init(targets: Extent, step: Extent, image: ImageShape, offsets: [(row: Int, column: Int)]) {
    self.targets = targets
    self.step = step
    self.image = image
    self.offsets = offsets
    band = image.channels.isMultiple(of: Lanes.scalarCount) ? nil : PatchBand(of: self)
  }

  /// Numbers of one patch: places by channels.
  var columns: Int { offsets.count * image.channels }

  /// Targets of one sample.
  var positions: Int { targets.count }

  /// Rows that are packed and multiplied at a time: whole samples where they are small, whole rows of
  /// targets where they are large.
  var largestPiece: Int {
    guard positions > 0 else { return 0 }
    let wanted = 256
    let unit = positions <= wanted ? positions : targets.width
    return max(wanted / unit, 1) * unit
  }

  /// The number of pieces that the targets of a batch are divided into.
  func pieces(of samples: Int) -> Int {
    let size = largestPiece
    guard size > 0 else { return 0 }
    return positions <= size
      ? (samples * positions + size - 1) / size : samples * ((positions + size - 1) / size)
  }

  /// The rows of a piece, which are whole rows of targets.
  func rows(of piece: Int, samples: Int) -> Range<Int> {
    let size = largestPiece
    if positions <= size { return piece * size..<min((piece + 1) * size, samples * positions) }
    let (sample, part) = piece.quotientAndRemainder(dividingBy: (positions + size - 1) / size)
    let first = sample * positions + part * size
    return first..<min(first + size, (sample + 1) * positions)
  }

  /// Packs the patches of some targets of images [N·H·W, C], whole rows of them counted over all
  /// samples, into [rows, places·C], or into some panels of that.
  func pack(
    _ source: PanelMatrix, rows: Range<Int>, into buffer: PatchBuffer, panels: Range<Int>? = nil
  ) {
    let panels = panels ?? 0..<PanelMatrix.panelCount(columns)
    if let band { return pack(source, through: band, rows: rows, into: buffer, panels: panels) }
    let panelsOfPlace = image.channels / Lanes.scalarCount
    for panel in panels {
      let target = buffer.patches.panel(panel)
      let (place, channelPanel) = panel.quotientAndRemainder(dividingBy: panelsOfPlace)
      let lines = source.panel(channelPanel)
      forEachPixel(place, rows) { target[$0] = $1 < 0 ? .zero : lines[$1] }
    }
  }

  /// Calls with each patch and its pixel at a place, or −1 outside of the image.
  @inline(__always)
  private func forEachPixel(
    _ place: Int, _ rows: Range<Int>, _ body: (_ patch: Int, _ pixel: Int) -> Void
  ) {
    let offset = offsets[place]
    let first = rows.lowerBound / targets.width
    for line in first..<rows.upperBound / targets.width {
      let (sample, row) = line.quotientAndRemainder(dividingBy: targets.height)
      let h = row * step.height + offset.row
      let isInside = h >= 0 && h < image.height
      let pixels = (sample * image.height + h) * image.width
      var w = offset.column
      for column in 0..<targets.width {
        body(
          (line - first) * targets.width + column,
          isInside && w >= 0 && w < image.width ? pixels + w : -1)
        w += step.width
      }
    }
  }
}

extension PatchGrid {
  /// The windows of a convolution over its input.
  init(windowsOf spec: ConvolutionSpec, input: ImageShape, output: ImageShape) {
    self.init(
      targets: Extent(height: output.height, width: output.width), step: spec.stride, image: input,
      offsets: (0..<spec.kernel.count).map {
        ($0 / spec.kernel.width - spec.padding.height, $0 % spec.kernel.width - spec.padding.width)
      })
  }
}

/// The pixels of an input that windows read at the same kernel places, because the stride leaves the
/// same remainder of their row and column.
struct StridePhase {
  /// The first such pixel.
  let row, column: Int
  /// The kernel's places, numbered row by row.
  let places: [Int]
  /// The pixels as targets, and where their patches read ∂L/∂y.
  let grid: PatchGrid
}

extension ConvolutionSpec {
  /// The phases of an input, as many as the stride has positions.
  ///
  /// A window (r, c) has the pixel (h, w) at (kr, kc) if r·s + kr − p = h and c·s + kc − p = w.
  func phases(of input: ImageShape, output: ImageShape) -> [StridePhase] {
    (0..<min(stride.height, input.height)).flatMap { row in
      (0..<min(stride.width, input.width)).map { column in
        let places = (0..<kernel.count).filter {
          (row + padding.height - $0 / kernel.width).isMultiple(of: stride.height)
            && (column + padding.width - $0 % kernel.width).isMultiple(of: stride.width)
        }
        let grid = PatchGrid(
          targets: Extent(
            height: (input.height - row + stride.height - 1) / stride.height,
            width: (input.width - column + stride.width - 1) / stride.width),
          step: 1, image: output,
          offsets: places.map {
            (
              (row + padding.height - $0 / kernel.width) / stride.height,
              (column + padding.width - $0 % kernel.width) / stride.width
            )
          })
        return StridePhase(row: row, column: column, places: places, grid: grid)
      }
    }
  }
}
