import Dispatch
import TrainingCore

/// How the pixels of a resized image are made from the old ones.
package enum Resampling: String, CaseIterable, Codable, Sendable {
  /// The pixel whose area the new pixel's centre lies in.
  case nearest
  /// Between the four pixels whose centres are around the new pixel's centre.
  case bilinear
}

extension Examples {
  /// The images at another size.
  ///
  /// Pixels are squares, and a new pixel's centre is looked up in the old image: row r of H' lies at
  /// (r + ½)H/H' − ½ of H, columns likewise. That is PyTorch's `interpolate` with
  /// `align_corners=False`, modes `nearest-exact` and `bilinear` (PyTorch's `nearest` looks up the
  /// pixel's corner instead). As there without `antialias`, a smaller image is sampled, not averaged.
  ///
  /// Positions are whole numbers divided once: (r + ½)H/H' − ½ is ((2r + 1)H − H')/2H', whose
  /// quotient is the row before and whose remainder over 2H' is the weight w of the row after,
  /// rounded once. A value between a and b is a + w(b − a), each operation rounded, first along rows,
  /// then between them; beyond the outermost centres, it is the edge's. So the same size has the same
  /// bits, and a constant image stays one. PyTorch rounds positions in `Float` first: its results
  /// differ from these by such roundings.
  ///
  /// - Complexity: O(N H' W' C), on all processors.
  package func resized(
    height: Int, width: Int, by resampling: Resampling = .bilinear
  ) -> Examples {
    precondition(height > 0 && width > 0, "an image has at least one pixel")
    let newShape = ImageShape(height: height, width: width, channels: shape.channels)
    let rows = resampling.positions(from: shape.height, to: height)
    let columns = resampling.positions(from: shape.width, to: width)
    return mappingImages(of: Array(0..<count), to: newShape) { _, image, newImage in
      for row in 0..<height {
        for column in 0..<width {
          Interpolation.writePixel(
            row: rows[row], column: columns[column], of: image, width: shape.width,
            channels: shape.channels, to: newImage,
            at: (row * width + column) * shape.channels)
        }
      }
    }
  }

  /// Grey images with their one channel repeated, as networks for RGB images take them.
  package func repeatingChannels(_ channels: Int) -> Examples {
    precondition(shape.channels == 1 && channels > 0, "one channel is repeated")
    let newShape = ImageShape(height: shape.height, width: shape.width, channels: channels)
    return mappingImages(of: Array(0..<count), to: newShape) { _, image, newImage in
      for pixel in image.indices {
        for channel in 0..<channels {
          newImage.initializeElement(at: pixel * channels + channel, to: image[pixel])
        }
      }
    }
  }
}

extension Resampling {
  /// Where each of the new rows or columns is among the old ones.
  func positions(from count: Int, to newCount: Int) -> [Interpolation] {
    (0..<newCount).map { index in
      switch self {
      case .nearest:
        let nearest = (2 * index + 1) * count / (2 * newCount)
        return Interpolation(lower: nearest, upper: nearest, weight: 0)
      case .bilinear:
        let position = max(0, (2 * index + 1) * count - newCount)
        let (lower, rest) = position.quotientAndRemainder(dividingBy: 2 * newCount)
        return Interpolation(
          lower: lower, upper: min(lower + 1, count - 1),
          weight: Float(rest) / Float(2 * newCount))
      }
    }
  }
}

extension Examples {
  /// The images as a model takes them that sees positions: with as many channels, a single one being
  /// repeated, and resized by bilinear interpolation.
  ///
  /// A model of one position takes images as they are. Channels that can't be made from those that are
  /// there stay as they are, for the model to refuse.
  package func shaped(for input: ImageShape) -> Examples {
    guard input.positions > 1, shape != input else { return self }
    let images =
      shape.channels == 1 && input.channels > 1 ? repeatingChannels(input.channels) : self
    let fits = shape.height == input.height && shape.width == input.width
    return fits ? images : images.resized(height: input.height, width: input.width, by: .bilinear)
  }

  /// Makes a new image of each of some samples, on all processors.
  ///
  /// The result doesn't depend on which thread makes which image, and when: an image is written by
  /// one call, to a place of its own. `makeImage` is called once with each sample's index, its image,
  /// [H, W, C], and the place of the new image, uninitialised, which it must fill.
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
