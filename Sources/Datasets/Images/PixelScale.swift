import TrainingCore

/// The normalisation of pixels: (x/255 − mean) / deviation, per channel.
///
/// Each of the three operations rounds to `Float`, in that order, as PyTorch's `ToTensor` and
/// `Normalize` do it on the processor.
package struct PixelScale: Equatable, Sendable {
  /// What is subtracted from x/255, one number a channel.
  package let means: [Float]
  /// What the difference is divided by, one number a channel.
  package let deviations: [Float]

  /// Creates the scale that a form of normalisation has for the given images.
  ///
  /// `standard` sums pixels and their squares in integers, so the order of images doesn't matter.
  /// The mean Σx/(255n) and the standard deviation √(nΣx² − (Σx)²)/(255n), which divides by n, are
  /// computed from these in `Double` and rounded to `Float`. A channel whose pixels are all equal
  /// is divided by 1.
  package init(_ form: Normalization, fittedTo images: LabelledImages) {
    let channels = images.shape.channels
    switch form {
    case .symmetric:
      means = Array(repeating: 0.5, count: channels)
      deviations = means
    case .unit:
      means = Array(repeating: 0, count: channels)
      deviations = Array(repeating: 1, count: channels)
    case .standard:
      let moments = (0..<channels).map { Self.moments(of: images, channel: $0) }
      means = moments.map(\.mean)
      deviations = moments.map(\.deviation)
    }
  }

  /// Scales images that have as many channels as the scale.
  package func examples(from images: LabelledImages, classCount: Int) -> Examples {
    precondition(images.shape.channels == means.count, "one mean a channel")
    let table = zip(means, deviations).map { mean, deviation in
      (0...255).map { (Float($0) / 255 - mean) / deviation }
    }
    let inputs = [Float](unsafeUninitializedCapacity: images.pixels.count) { inputs, count in
      count = images.pixels.count
      for channel in table.indices {
        let values = table[channel]
        for index in stride(from: channel, to: count, by: table.count) {
          inputs.initializeElement(at: index, to: values[Int(images.pixels[index])])
        }
      }
    }
    return Examples(
      shape: images.shape, classCount: classCount, inputs: inputs, labels: images.labels)
  }

  private static func moments(
    of images: LabelledImages, channel: Int
  ) -> (mean: Float, deviation: Float) {
    var histogram = [Int](repeating: 0, count: 256)
    for index in stride(from: channel, to: images.pixels.count, by: images.shape.channels) {
      histogram[Int(images.pixels[index])] += 1
    }
    let count = histogram.reduce(0, +)
    let sum = histogram.indices.reduce(0) { $0 + $1 * histogram[$1] }
    let sumOfSquares = histogram.indices.reduce(0) { $0 + $1 * $1 * histogram[$1] }
    let scatter = Int128(count) * Int128(sumOfSquares) - Int128(sum) * Int128(sum)
    let whole = 255 * Double(count)
    return (
      mean: Float(Double(sum) / whole),
      deviation: scatter == 0 ? 1 : Float(Double(scatter).squareRoot() / whole)
    )
  }
}

extension Dataset {
  /// The images as numbers to train on and to test with, both on the same scale.
  ///
  /// `standard` takes mean and deviation of all training images, including those that are held out for
  /// validation later.
  package func examples(_ form: Normalization) -> (training: Examples, test: Examples) {
    let scale = PixelScale(form, fittedTo: training)
    return (
      training: scale.examples(from: training, classCount: classCount),
      test: scale.examples(from: test, classCount: classCount)
    )
  }
}

/// How pixels from 0 to 255 become numbers to train on.
package enum Normalization: String, CaseIterable, Codable, Sendable {
  /// From −1 to 1: x/255, less 0.5, divided by 0.5.
  case symmetric
  /// From 0 to 1: x/255.
  case unit
  /// Mean 0 and standard deviation 1 over the training images, per channel.
  case standard
}
