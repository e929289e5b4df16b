import TrainingCore

/// One panel of a sample's image amid zeros, in one or more planes.
struct PlaneGrid {
  /// The image.
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

  /// The line of a pixel of the image, or of one beyond its border.
  func line(plane: Int, row: Int, column: Int) -> Int {
    (plane * extent.height + before.height + row) * extent.width + before.width + column
  }

  /// Copies a sample's panel.
  ///
  /// - Parameters:
  ///   - source: The image's batch, a row for each pixel of each sample.
  ///   - sample: The sample's place in the batch.
  ///   - panel: The panel of lanes.
  ///   - isDepthwise: Whether lanes see the channels of their own number.
  ///   - target: The planes.
  ///   - channel: The channel that a lane, counted over all panels, sees in a plane.
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
