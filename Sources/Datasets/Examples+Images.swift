import Dispatch
import TrainingCore

extension Examples {
  /// Makes a new image of each of some samples, on all processors.
  ///
  /// Which thread makes which image, and when, can't show: an image is written by one call, to a
  /// place of its own.
  ///
  /// - Parameters:
  ///   - samples: Indices of the samples, in the order of the result.
  ///   - newShape: The shape of a new image.
  ///   - makeImage: Called once with each sample's index, its image, [H, W, C], and the place of the
  ///     new image, uninitialised and in the same order, which it must fill.
  /// - Returns: As many examples as there are indices, with the labels of these.
  func mappingImages(
    of samples: [Int], to newShape: ImageShape,
    _ makeImage:
      @Sendable (
        _ sample: Int, _ image: Span<Float>, _ newImage: UnsafeMutableBufferPointer<Float>
      ) -> Void
  ) -> Examples {
    let inputs = [Float](unsafeUninitializedCapacity: samples.count * newShape.count) {
      buffer, count in
      count = samples.count * newShape.count
      // Iterations write to parts that don't overlap.
      nonisolated(unsafe) let places = buffer
      DispatchQueue.concurrentPerform(iterations: samples.count) { index in
        let sample = samples[index]
        let image = self.inputs.span.extracting(sample * shape.count..<(sample + 1) * shape.count)
        let place = places[index * newShape.count..<(index + 1) * newShape.count]
        makeImage(sample, image, UnsafeMutableBufferPointer(rebasing: place))
      }
    }
    return Examples(
      shape: newShape, classCount: classCount, inputs: inputs, labels: samples.map { labels[$0] })
  }
}
