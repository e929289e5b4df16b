import Testing
import TrainingCore

@testable import OptimizedTraining

/// Packed patches have the pixel that each place reads, whichever way they are packed.
@Suite struct PatchGridTests {
  /// Images [N·H·W, C] of distinct numbers.
  private func images(_ shape: ImageShape, samples: Int) -> PanelMatrix {
    let rows = samples * shape.positions
    let matrix = PanelMatrix(rows: rows, columns: shape.channels, spreads: true)
    matrix.lines.update(repeating: Lanes(repeating: .nan), count: matrix.panels * matrix.stride)
    matrix.load((0..<rows * shape.channels).map { Float($0 + 1) }, rows: rows)
    return matrix
  }

  /// Packs a batch piece by piece, and counts the numbers of some panels that are wrong; all memory
  /// begins as not a number.
  private func differences(_ grid: PatchGrid, samples: Int, panels: Range<Int>) -> Int {
    let source = images(grid.image, samples: samples)
    let buffer = PatchBuffer(for: [grid])
    var count = 0
    for piece in 0..<grid.pieces(of: samples) {
      let matrices = [buffer.patches, buffer.band, buffer.targetRow]
      for matrix in matrices {
        matrix.lines.update(
          repeating: Lanes(repeating: .nan), count: matrix.panels * matrix.stride)
      }
      let rows = grid.rows(of: piece, samples: samples)
      grid.pack(source, rows: rows, into: buffer, panels: panels)
      for row in rows {
        for column in panels.lowerBound * 16..<min(panels.upperBound * 16, grid.columns) {
          let (place, channel) = column.quotientAndRemainder(dividingBy: grid.image.channels)
          let expected = number(source, grid, row: row, place: place, channel: channel)
          if buffer.patches[row - rows.lowerBound, column] != expected { count += 1 }
        }
      }
      if !matrices.allSatisfy(\.guardsAreIntact) { count += 1 }
    }
    return count
  }

  private func number(
    _ source: PanelMatrix, _ grid: PatchGrid, row: Int, place: Int, channel: Int
  ) -> Float {
    let (sample, target) = row.quotientAndRemainder(dividingBy: grid.positions)
    let (r, c) = target.quotientAndRemainder(dividingBy: grid.targets.width)
    let h = r * grid.step.height + grid.offsets[place].row
    let w = c * grid.step.width + grid.offsets[place].column
    guard (0..<grid.image.height).contains(h), (0..<grid.image.width).contains(w) else { return 0 }
    return source[(sample * grid.image.height + h) * grid.image.width + w, channel]
  }

  /// Small images, several samples a piece, and large ones, in pieces of some rows of targets.
  @Test(
    arguments: [1, 3, 6, 15, 16, 17, 20, 32, 33],
    [Extent(1), 2, 3, 5, Extent(height: 1, width: 4), Extent(height: 3, width: 1)])
  func `patches of windows and of pixels have the numbers of their places`(
    _ channels: Int, _ kernel: Extent
  ) throws {
    for (height, width, samples) in [(7, 6, 3), (19, 23, 2), (5, 70, 1)] {
      for (stride, padding) in [(1, 0), (1, 2), (2, 1), (3, 0), (4, 2)] as [(Extent, Int)] {
        let input = ImageShape(height: height, width: width, channels: channels)
        let spec = ConvolutionSpec(
          inputChannels: channels, outputChannels: channels, kernel: kernel, stride: stride,
          padding: Extent(
            height: min(padding, kernel.height - 1), width: min(padding, kernel.width - 1)))
        let output = try LayerSpec.convolution(spec).outputShape(for: input)
        let phases = spec.phases(of: input, output: output).map(\.grid)
        for grid in [PatchGrid(windowsOf: spec, input: input, output: output)] + phases {
          let panels = PanelMatrix.panelCount(grid.columns)
          for part in Set([
            0..<panels, 0..<panels / 2, panels / 2..<panels, panels / 3..<panels / 2,
          ]) {
            #expect(differences(grid, samples: samples, panels: part) == 0)
          }
        }
      }
    }
  }

  /// A kernel's row is one run, and in the gradient's grid, where columns descend, a place is.
  @Test func `neighbouring places are one run`() throws {
    let input = ImageShape(height: 9, width: 9, channels: 3)
    let spec = ConvolutionSpec(inputChannels: 3, outputChannels: 5, kernel: 3)
    let output = try LayerSpec.convolution(spec).outputShape(for: input)
    let windows = PatchGrid(windowsOf: spec, input: input, output: output)
    #expect(windows.band?.runs.map(\.columns) == [0..<9, 9..<18, 18..<27])
    let pixels = spec.phases(of: input, output: output)[0].grid
    #expect(pixels.band?.runs.map(\.columns) == (0..<9).map { $0 * 5..<($0 + 1) * 5 })
  }
}
