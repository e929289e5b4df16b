import TrainingCore

/// The windows of a pooling layer: from each it takes one number, channel by channel.
///
/// x [N, H·W·C], y [N, H'·W'·C]; y[n, r, c, channel] has the elements
/// x[n, r·s + kr, c·s + kc, channel] over (kr, kc).
package struct PoolWindows {
  /// The window's extent and stride s.
  let spec: PoolSpec
  /// The shape of one image before and after the layer.
  let (input, output): (ImageShape, ImageShape)

  /// One window, which is all of the image.
  static func whole(of input: ImageShape) -> PoolWindows {
    PoolWindows(
      spec: PoolSpec(window: Extent(height: input.height, width: input.width)), input: input,
      output: ImageShape(height: 1, width: 1, channels: input.channels))
  }

  /// Calls with the place of each element of y and those of its window's elements in x, both
  /// ascending in memory.
  package func forEach(samples: Int, _ body: (_ output: Int, _ window: [Int]) -> Void) {
    for position in 0..<samples * output.positions {
      let (n, place) = position.quotientAndRemainder(dividingBy: output.positions)
      let (r, c) = place.quotientAndRemainder(dividingBy: output.width)
      for channel in 0..<output.channels {
        let window = (0..<spec.window.count).map { tap in
          let h = r * spec.stride.height + tap / spec.window.width
          let w = c * spec.stride.width + tap % spec.window.width
          return ((n * input.height + h) * input.width + w) * input.channels + channel
        }
        body(position * output.channels + channel, window)
      }
    }
  }
}
