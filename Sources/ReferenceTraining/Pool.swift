import TrainingCore

/// Windows of an image, from each of which a pooling layer takes one number, channel by channel.
///
/// x [N, H·W·C], y [N, H'·W'·C].
struct PoolWindows {
  /// The windows.
  let spec: PoolSpec
  /// One image's shape before and behind the layer.
  let input: ImageShape
  let output: ImageShape

  /// The windows of a layer.
  init(_ spec: PoolSpec, input: ImageShape, output: ImageShape) {
    self.spec = spec
    self.input = input
    self.output = output
  }

  /// One window, which is all of the image.
  init(wholeOf input: ImageShape) {
    self.init(
      PoolSpec(window: Extent(height: input.height, width: input.width)), input: input,
      output: ImageShape(height: 1, width: 1, channels: input.channels))
  }

  /// Calls with each output element's index and those of its window's elements, both ascending.
  func forEach(samples: Int, _ body: (_ output: Int, _ window: [Int]) -> Void) {
    for n in 0..<samples {
      for row in 0..<output.height {
        for column in 0..<output.width {
          for channel in 0..<output.channels {
            let place = (n * output.height + row) * output.width + column
            body(place * output.channels + channel, window(n, row, column, channel))
          }
        }
      }
    }
  }

  private func window(_ n: Int, _ row: Int, _ column: Int, _ channel: Int) -> [Int] {
    (0..<spec.window.count).map { place in
      let h = row * spec.stride.height + place / spec.window.width
      let w = column * spec.stride.width + place % spec.window.width
      return ((n * input.height + h) * input.width + w) * input.channels + channel
    }
  }
}
