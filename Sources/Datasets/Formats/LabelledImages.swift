import TrainingCore

/// Images as bytes, and the class of each.
package struct LabelledImages: Equatable, Sendable {
  /// The shape of one image.
  package let shape: ImageShape
  /// Pixels from 0 to 255, [N, H, W, C].
  package let pixels: [UInt8]
  /// Class of each image, [N].
  package let labels: [UInt8]

  /// Creates labelled images from pixels [N, H, W, C] and labels [N].
  package init(shape: ImageShape, pixels: [UInt8], labels: [UInt8]) {
    precondition(pixels.count == labels.count * shape.count, "one image per label")
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  /// The number of images, N.
  package var count: Int { labels.count }

  /// Reads an IDX file of images, [N, H, W] or [N, H, W, C], and one of their labels, [N].
  ///
  /// The files must have as many samples, at least one, with labels below `classCount` if it is known.
  init(imagesPath: String, labelsPath: String, classCount: Int?) throws(DatasetError) {
    let images = try IDXArray(contentsOfFile: imagesPath)
    guard images.extents.count == 3 || images.extents.count == 4 else {
      throw DatasetError(
        imagesPath, .wrongDimensions(expected: "N×H×W or N×H×W×C", found: images.extents))
    }
    guard !images.elements.isEmpty else { throw DatasetError(imagesPath, .empty(images.extents)) }
    let labels = try IDXArray(contentsOfFile: labelsPath)
    guard labels.extents.count == 1 else {
      throw DatasetError(labelsPath, .wrongDimensions(expected: "N", found: labels.extents))
    }
    guard labels.extents[0] == images.extents[0] else {
      throw DatasetError(
        labelsPath, .countsDisagree(labels: labels.extents[0], images: images.extents[0]))
    }
    if let classCount, let index = labels.elements.firstIndex(where: { $0 >= classCount }) {
      throw DatasetError(
        labelsPath, at: labels.position(ofElement: index),
        .labelOutOfRange(labels.elements[index], classCount: classCount))
    }
    let shape = ImageShape(
      height: images.extents[1], width: images.extents[2],
      channels: images.extents.count == 4 ? images.extents[3] : 1)
    self.init(shape: shape, pixels: images.elements, labels: labels.elements)
  }

  /// The same images with labels that are 1 less; none of them may be 0.
  var countingFromZero: LabelledImages {
    LabelledImages(shape: shape, pixels: pixels, labels: labels.map { $0 - 1 })
  }

  /// Appends an image whose channels come one after the other, [C, H, W], as [H, W, C].
  static func interleave(
    _ planes: ArraySlice<UInt8>, shape: ImageShape, into pixels: inout [UInt8]
  ) {
    for position in planes.startIndex..<planes.startIndex + shape.positions {
      for channel in 0..<shape.channels {
        pixels.append(planes[position + channel * shape.positions])
      }
    }
  }
}
