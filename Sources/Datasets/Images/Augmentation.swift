import TrainingCore

/// Random transforms of training images, another one for each sample and epoch.
///
/// The amounts are drawn as Keras's `ImageDataGenerator` draws them, uniformly and independently of
/// each other; `ImageTransform` applies them to an image. The numbers are `RandomField`'s, so a
/// sample's transform is a function of (seed, epoch, the sample's index) and of the image's shape,
/// whatever the batch size, the split, the order or the thread. By default, nothing is changed.
package struct Augmentation: Hashable, Sendable {
  /// The largest rotation in either direction, in degrees.
  package var rotation = 0.0
  /// The largest shift up or down, as a share of the image's height.
  package var heightShift = 0.0
  /// The largest shift left or right, as a share of the image's width.
  package var widthShift = 0.0
  /// The largest shear in either direction, in degrees.
  package var shear = 0.0
  /// The range of zooms, one drawn for rows and another for columns; above 1, the content gets smaller.
  package var zoom = 1.0...1.0
  /// Whether left and right are exchanged every other time.
  package var flipsHorizontally = false

  /// The augmentation of the published transfer learning: rotations up to 15°, shifts up to a tenth,
  /// shear 0.1, zooms from 0.9 to 1.25, flips.
  ///
  /// The shear is 0.1 *degrees*, next to nothing: `ImageDataGenerator` took its `shear_range` in
  /// radians, where 0.1 is 5.7°, until December 2017, and in degrees since
  /// (https://github.com/keras-team/keras/pull/8868), long before the article was written.
  package static let published = Augmentation(
    rotation: 15, heightShift: 0.1, widthShift: 0.1, shear: 0.1, zoom: 0.9...1.25,
    flipsHorizontally: true)

  /// The transform of one sample, by its index in the data set, with every amount within its range.
  package func transform(
    ofSample sample: Int, in shape: ImageShape, seed: UInt64, epoch: Int
  ) -> ImageTransform {
    precondition(isPossible, Self.possibilities)
    let field = RandomField(seed: seed, purpose: .augmentation)
    let first = field.words(epoch: epoch, sample: sample, quad: 0)
    let second = field.words(epoch: epoch, sample: sample, quad: 1)
    return ImageTransform(
      rotation: Self.number(first[0], in: -rotation...rotation),
      heightShift: Self.number(first[1], in: -heightShift...heightShift) * Double(shape.height),
      widthShift: Self.number(first[2], in: -widthShift...widthShift) * Double(shape.width),
      shear: Self.number(first[3], in: -shear...shear),
      heightZoom: Self.number(second[0], in: zoom), widthZoom: Self.number(second[1], in: zoom),
      isFlipped: flipsHorizontally && second[2] >> 31 == 1)
  }

  /// All images of a data set as an epoch sees them, in O(N H W C) on all processors.
  package func applied(to examples: Examples, seed: UInt64, epoch: Int) -> Examples {
    applied(to: 0..<examples.count, of: examples, seed: seed, epoch: epoch)
  }

  /// Some images of a data set as an epoch sees them, in the order of their indices: the selection of
  /// these from the whole augmented data set.
  package func applied(
    to samples: some Collection<Int>, of examples: Examples, seed: UInt64, epoch: Int
  ) -> Examples {
    let shape = examples.shape
    return examples.mappingImages(of: Array(samples), to: shape) { sample, image, newImage in
      transform(ofSample: sample, in: shape, seed: seed, epoch: epoch)
        .write(image, of: shape, to: newImage)
    }
  }

  /// The number in a range that a random word stands for.
  private static func number(_ word: UInt32, in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Double(word) * 0x1p-32)
  }

  private var isPossible: Bool {
    [rotation, heightShift, widthShift, shear].allSatisfy { (0...0x1p20).contains($0) }
      && zoom.lowerBound >= 0x1p-20 && zoom.upperBound <= 0x1p20
  }

  private static let possibilities = "amounts are from 0 to 2²⁰, zooms from 2⁻²⁰ to 2²⁰"
}

extension Augmentation: Codable {
  /// Reads an augmentation; an amount that isn't possible is a decoding error.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rotation = try container.decode(Double.self, forKey: .rotation)
    heightShift = try container.decode(Double.self, forKey: .heightShift)
    widthShift = try container.decode(Double.self, forKey: .widthShift)
    shear = try container.decode(Double.self, forKey: .shear)
    zoom = try container.decode(ClosedRange<Double>.self, forKey: .zoom)
    flipsHorizontally = try container.decode(Bool.self, forKey: .flipsHorizontally)
    guard isPossible else {
      throw DecodingError.dataCorruptedError(
        forKey: .zoom, in: container, debugDescription: Self.possibilities)
    }
  }
}
