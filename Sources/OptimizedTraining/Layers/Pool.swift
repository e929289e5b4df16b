import TrainingCore

/// Windows of an image, each of which a pooling layer reduces to one number, channel by channel.
struct PoolWindows {
  let spec: PoolSpec
  /// One image's shapes before and after the layer.
  let input, output: ImageShape

  /// The first pixel of a window.
  func first(of output: Int) -> Int {
    let (row, column) = output.quotientAndRemainder(dividingBy: self.output.width)
    return row * spec.stride.height * input.width + column * spec.stride.width
  }

  /// Calls with each window of an image and a function that enumerates its pixels, both ascending.
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
