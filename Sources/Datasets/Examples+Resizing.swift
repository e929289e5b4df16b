import TrainingCore

/// How a resized image's pixels come from the old ones.
public enum Resampling: String, CaseIterable, Codable, Sendable {
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
  /// quotient is the row before and whose remainder over 2H' is the weight w of the row behind,
  /// rounded once. A value between a and b is a + w(b − a), each operation rounded, first along rows,
  /// then between them; beyond the outermost centres, it is the edge's. So the same size has the same
  /// bits, and a constant image stays one. PyTorch rounds positions in `Float` first: its results
  /// differ from these by such roundings.
  ///
  /// - Parameters:
  ///   - height: The new images' rows, H', at least 1.
  ///   - width: Their columns, W', at least 1.
  ///   - resampling: How new pixels come from old ones.
  /// - Returns: The same samples at the new size.
  /// - Complexity: O(N H' W' C), on all processors.
  public func resized(
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

  /// Grey images with their one channel repeated, as networks for RGB images want them.
  ///
  /// - Parameter channels: How many channels the new images have, at least 1.
  /// - Returns: The same samples, with equal values in all channels of a pixel.
  public func repeatingChannels(_ channels: Int) -> Examples {
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
  /// Where each new row or column is in the old ones.
  ///
  /// - Parameters:
  ///   - count: How many old ones there are.
  ///   - newCount: How many new ones there are.
  /// - Returns: As many positions as there are new ones.
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
