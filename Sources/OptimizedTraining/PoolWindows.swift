import TrainingCore

/// Windows of an image, from each of which a pooling layer takes one number, channel by channel.
struct PoolWindows {
  /// The windows.
  let spec: PoolSpec
  /// One image's shape before the layer.
  let input: ImageShape
  /// And behind it.
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

  /// The first pixel of a window.
  func first(of output: Int) -> Int {
    let (row, column) = output.quotientAndRemainder(dividingBy: self.output.width)
    return row * spec.stride.height * input.width + column * spec.stride.width
  }

  /// Calls with each window of an image, and with a function that calls with its pixels, both
  /// ascending.
  @inline(__always)
  func forEach(_ body: (_ output: Int, _ window: (_ pixel: (Int) -> Void) -> Void) -> Void) {
    for output in 0..<self.output.positions {
      let first = first(of: output)
      body(output) { pixel in
        for row in 0..<spec.window.height {
          for column in 0..<spec.window.width { pixel(first + row * input.width + column) }
        }
      }
    }
  }
}
