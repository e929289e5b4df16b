import TrainingCore

/// Images [N·H·W, C] as single rows [N, H·W·C], for a dense layer, and back.
enum Flattening {
  /// Writes each sample's pixels one behind the other.
  static func forward(
    _ x: PanelMatrix, into y: PanelMatrix, image: ImageShape, samples: Range<Int>
  ) {
    forEachNumber(of: image, samples) { row, channel, sample, column in
      y[sample, column] = x[row, channel]
    }
  }

  /// Takes them back.
  static func backward(
    _ outputGradient: PanelMatrix, into inputGradient: PanelMatrix, image: ImageShape,
    samples: Range<Int>
  ) {
    forEachNumber(of: image, samples) { row, channel, sample, column in
      inputGradient[row, channel] = outputGradient[sample, column]
    }
  }

  @inline(__always)
  private static func forEachNumber(
    of image: ImageShape, _ samples: Range<Int>,
    _ body: (_ row: Int, _ channel: Int, _ sample: Int, _ column: Int) -> Void
  ) {
    for sample in samples {
      for position in 0..<image.positions {
        for channel in 0..<image.channels {
          body(
            sample * image.positions + position, channel, sample,
            position * image.channels + channel)
        }
      }
    }
  }
}
