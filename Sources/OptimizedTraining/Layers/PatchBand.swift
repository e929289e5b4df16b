import TrainingCore

/// How patches are packed where the channels of a pixel don't fill whole panels.
///
/// Number by number that takes longer than the GEMM. So a part of the image is packed into a band
/// first, rows of pixels with their channels side by side amid zeros. In it the numbers of a window
/// that a row of the kernel reads are one run. Runs are copied sixteen numbers at a time, and what
/// is copied too much is overwritten by what follows, or lies in a line of slack.
struct PatchBand {
  /// Places that are neighbours in the image from left to right.
  struct Run {
    /// The offset of the first place.
    let row, column: Int
    /// Their numbers' columns in a patch.
    fileprivate(set) var columns: Range<Int>
  }

  /// A grid's places in order; forward a run is a row of the kernel.
  let runs: [Run]
  /// Rows of targets that one band is for: those of the largest piece and of one sample.
  let targetRows: Int
  /// Rows that one row of targets reads.
  let rowsOfTarget: Int
  /// The offset of the first of these.
  let top: Int
  /// Columns of zeros before the image.
  let before: Int
  /// Numbers from one row to the next.
  let stride: Int
  /// Lines from one patch to the next, while the patches of a row of targets lie one after the other.
  let linesOfPatch: Int

  /// Works out what the targets of a grid read; nil where there are none, or they read nothing.
  init?(of grid: PatchGrid) {
    guard grid.positions > 0, let left = grid.offsets.map(\.column).min(),
      let right = grid.offsets.map(\.column).max(), let top = grid.offsets.map(\.row).min(),
      let bottom = grid.offsets.map(\.row).max()
    else { return nil }
    let channels = grid.image.channels
    var runs: [Run] = []
    for (place, offset) in grid.offsets.enumerated() {
      let columns = place * channels..<(place + 1) * channels
      if let last = runs.last, offset.row == last.row,
        offset.column == last.column + last.columns.count / channels
      {
        runs[runs.count - 1].columns = last.columns.lowerBound..<columns.upperBound
      } else {
        runs.append(Run(row: offset.row, column: offset.column, columns: columns))
      }
    }
    self.runs = runs
    self.top = top
    rowsOfTarget = bottom - top + 1
    targetRows = min(grid.largestPiece / grid.targets.width, grid.targets.height)
    before = max(-left, 0)
    let end = max((grid.targets.width - 1) * grid.step.width + right + 1, grid.image.width)
    stride = (before + end) * channels + Lanes.scalarCount
    linesOfPatch = PanelMatrix.panelCount(grid.columns) + 1
  }
}

/// One member's room for packing the patches of some grids, one grid at a time.
final class PatchBuffer {
  /// The patches, [rows, places·C].
  let patches: PanelMatrix
  /// The band: numbers, in lines of sixteen.
  let band: PanelMatrix
  /// The patches of one row of targets: their numbers, each patch from a line of its own on.
  let targetRow: PanelMatrix

  /// Allocates what the largest pieces of the grids take.
  init(for grids: [PatchGrid]) {
    let width = Lanes.scalarCount
    patches = PanelMatrix(
      rows: grids.map(\.largestPiece).max() ?? 0, columns: grids.map(\.columns).max() ?? 0)
    let bands = grids.compactMap { grid in grid.band.map { (grid, $0) } }
    let numbers = bands.map { $0.bandRows($1, targetRows: $1.targetRows) * $1.stride }.max() ?? 0
    band = PanelMatrix(rows: (numbers + width - 1) / width, columns: width)
    targetRow = PanelMatrix(
      rows: bands.map { $0.targets.width * $1.linesOfPatch }.max() ?? 0, columns: width)
  }
}

extension PatchGrid {
  /// Packs the patches of some rows of targets of images [N·H·W, C]: for each sample a band, from it
  /// the patches of one row of targets after the other, and these into panels.
  func pack(
    _ source: PanelMatrix, through band: PatchBand, rows: Range<Int>, into buffer: PatchBuffer,
    panels: Range<Int>
  ) {
    let targetRows = rows.lowerBound / targets.width..<rows.upperBound / targets.width
    var next = targetRows.lowerBound
    while next < targetRows.upperBound {
      let (sample, first) = next.quotientAndRemainder(dividingBy: targets.height)
      let count = min(targets.height - first, targetRows.upperBound - next)
      fill(buffer.band, band, from: source, sample: sample, firstTarget: first, targetRows: count)
      for row in 0..<count {
        layOut(row, from: buffer.band, band, into: buffer.targetRow, panels: panels)
        let patch = (next - targetRows.lowerBound + row) * targets.width
        for panel in panels {
          let target = buffer.patches.panel(panel) + patch
          let lines = buffer.targetRow.lines + panel
          for column in 0..<targets.width { target[column] = lines[column * band.linesOfPatch] }
        }
      }
      next += count
    }
  }

  /// The rows of the image that neighbouring rows of targets read.
  fileprivate func bandRows(_ band: PatchBand, targetRows: Int) -> Int {
    (targetRows - 1) * step.height + band.rowsOfTarget
  }

  /// Packs the rows of a sample's image that some rows of targets read, and zeros around them.
  private func fill(
    _ target: PanelMatrix, _ band: PatchBand, from source: PanelMatrix, sample: Int,
    firstTarget: Int, targetRows: Int
  ) {
    let size = MemoryLayout<Float>.stride
    let channels = image.channels
    for row in 0..<bandRows(band, targetRows: targetRows) {
      let numbers = target.numbers + row * band.stride
      let h = firstTarget * step.height + band.top + row
      guard h >= 0, h < image.height else {
        numbers.update(repeating: 0, count: band.stride)
        continue
      }
      numbers.update(repeating: 0, count: band.before * channels)
      let first = (sample * image.height + h) * image.width
      var pixel = UnsafeMutableRawPointer(numbers + band.before * channels)
      for w in 0..<image.width {
        for panel in 0..<source.panels {
          (pixel + panel * MemoryLayout<Lanes>.stride).storeBytes(
            of: source.panel(panel)[first + w], as: Lanes.self)
        }
        pixel += channels * size
      }
      let end = (band.before + image.width) * channels
      (numbers + end).update(repeating: 0, count: band.stride - end)
    }
  }

  /// Copies the runs of a row of targets, counted from the band's first, as far as some panels of the
  /// patches need them.
  private func layOut(
    _ row: Int, from source: PanelMatrix, _ band: PatchBand, into target: PanelMatrix,
    panels: Range<Int>
  ) {
    let width = Lanes.scalarCount
    let needed = panels.lowerBound * width..<panels.upperBound * width
    let step = self.step.width * image.channels
    for run in band.runs where run.columns.overlaps(needed) {
      var numbers = UnsafeRawPointer(
        source.numbers + (row * self.step.height + run.row - band.top) * band.stride
          + (band.before + run.column) * image.channels)
      var patch = UnsafeMutableRawPointer(target.numbers + run.columns.lowerBound)
      for _ in 0..<targets.width {
        for offset in stride(from: 0, to: run.columns.count, by: width) {
          let bytes = offset * MemoryLayout<Float>.stride
          (patch + bytes).storeBytes(
            of: (numbers + bytes).loadUnaligned(as: Lanes.self), as: Lanes.self)
        }
        numbers += step * MemoryLayout<Float>.stride
        patch += band.linesOfPatch * MemoryLayout<Lanes>.stride
      }
    }
  }
}

extension PanelMatrix {
  /// The numbers of the first panel, sixteen a line.
  fileprivate var numbers: UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(lines).assumingMemoryBound(to: Float.self)
  }
}
