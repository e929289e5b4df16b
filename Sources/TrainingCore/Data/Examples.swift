/// Labelled images in memory, ready to be trained on.
///
/// A sample's index in `labels` is its identity: the shuffle, the dropout mask and the split are
/// functions of that index, whatever the batch size.
public struct Examples: Sendable {
  /// The shape of one image.
  public let shape: ImageShape
  /// The number of classes; every label is below it.
  public let classCount: Int
  /// Normalised pixels, [N, H, W, C].
  public let inputs: [Float]
  /// Class of each image, [N].
  public let labels: [UInt8]

  /// Creates examples from normalised pixels [N, H, W, C] and labels [N], all below `classCount`.
  public init(shape: ImageShape, classCount: Int, inputs: [Float], labels: [UInt8]) {
    precondition(inputs.count == labels.count * shape.count, "one image per label")
    precondition(labels.allSatisfy { $0 < classCount }, "labels are below the number of classes")
    self.shape = shape
    self.classCount = classCount
    self.inputs = inputs
    self.labels = labels
  }

  /// The number of images, N.
  public var count: Int { labels.count }

  /// The images at the given indices, in that order.
  package func selecting(_ indices: some Collection<Int>) -> Examples {
    Examples(
      shape: shape, classCount: classCount, inputs: inputs(of: indices),
      labels: indices.map { labels[$0] })
  }

  /// The pixels of the images at the given indices, [N, H, W, C].
  fileprivate func inputs(of indices: some Collection<Int>) -> [Float] {
    let size = shape.count
    var pixels: [Float] = []
    pixels.reserveCapacity(indices.count * size)
    for index in indices { pixels += inputs[index * size..<(index + 1) * size] }
    return pixels
  }

  /// The middle of each image, as the published 20×20 experiment cuts it.
  ///
  /// An odd margin leaves its extra row or column at the end.
  package func centerCropped(height: Int, width: Int) -> Examples {
    precondition(height <= shape.height && width <= shape.width, "a crop fits into the image")
    let cropped = ImageShape(height: height, width: width, channels: shape.channels)
    let top = (shape.height - height) / 2
    let left = (shape.width - width) / 2
    var inputs: [Float] = []
    inputs.reserveCapacity(count * cropped.count)
    for sample in 0..<count {
      for row in top..<top + height {
        let start = ((sample * shape.height + row) * shape.width + left) * shape.channels
        inputs += self.inputs[start..<start + width * shape.channels]
      }
    }
    return Examples(shape: cropped, classCount: classCount, inputs: inputs, labels: labels)
  }
}

/// Samples as a trainer takes them: gathered, in the order of the mini-batch.
public struct Batch: Sendable {
  /// Inputs, [N, I].
  public let inputs: [Float]
  /// Classes, [N].
  public let labels: [UInt8]
  /// The samples' indices in their data set, [N]: their dropout masks are drawn by these.
  public let samples: [Int]
  /// The epoch, from 0.
  public let epoch: Int

  /// Gathers the samples with these indices; epochs count from 0.
  public init(_ samples: some Collection<Int>, of examples: Examples, epoch: Int = 0) {
    inputs = examples.inputs(of: samples)
    labels = samples.map { examples.labels[$0] }
    self.samples = Array(samples)
    self.epoch = epoch
  }

  /// The number of samples, N.
  public var count: Int { labels.count }
}
