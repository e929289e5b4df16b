import TrainingCore

/// CIFAR-10's binary format: 32×32 images in colour, ten classes.
///
/// A file is a row of records: a byte with the class, 0 to 9, and 3,072 pixels, all red ones in
/// row-major order, then the green, then the blue (Krizhevsky 2009, "Learning multiple layers of
/// features from tiny images"; https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version").
/// Pixels are turned from that [C, H, W] into [H, W, C], in which all images are kept. Files may be
/// gzipped, and may have fewer than the 10,000 records that the official ones have.
enum CIFAR10 {
  /// The files of training images, in their order.
  static let trainingFiles = (1...5).map { "data_batch_\($0).bin" }
  /// The file of test images.
  static let testFile = "test_batch.bin"
  /// The shape of one image.
  static let shape = ImageShape(height: 32, width: 32, channels: 3)
  /// The number of classes.
  static let classCount = 10

  private static let recordSize = 1 + shape.count
  private static let largestRecordCount = 10_000

  /// Whether a folder has any of the files.
  static func isRecognised(in folder: String) -> Bool {
    (trainingFiles + [testFile]).contains { DatasetFile.find([$0], in: folder) != nil }
  }

  /// Loads the six files of a folder, with ten classes unless another number is given.
  ///
  /// A file that is missing, unreadable, empty, or has part of a record or a label out of range is an
  /// error.
  static func load(
    folder: String, name: String, classCount: Int?
  ) throws(DatasetError) -> Dataset {
    // All are looked for before any is read, so that a missing one is reported at once.
    var trainingPaths: [String] = []
    for file in trainingFiles {
      trainingPaths.append(try DatasetFile.require([file], in: folder))
    }
    let testPath = try DatasetFile.require([testFile], in: folder)
    let classCount = classCount ?? Self.classCount
    return Dataset(
      name: name, classCount: classCount,
      training: try images(of: trainingPaths, classCount: classCount),
      test: try images(of: [testPath], classCount: classCount))
  }

  private static func images(
    of paths: [String], classCount: Int
  ) throws(DatasetError) -> LabelledImages {
    let classCount = min(classCount, Self.classCount)
    let limit = largestRecordCount * recordSize
    let planeSize = shape.height * shape.width
    var pixels: [UInt8] = []
    var labels: [UInt8] = []
    for path in paths {
      var reader = try GzipReader(path: path)
      let bytes = try reader.read(atMost: limit + 1)
      guard bytes.count <= limit else {
        throw DatasetError(path, at: reader.position(limit), .trailingBytes(expected: limit))
      }
      let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: recordSize)
      guard rest == 0 else {
        throw DatasetError(
          path, at: reader.position(bytes.count),
          .truncated(part: "record \(count)", expected: recordSize, found: rest))
      }
      guard count > 0 else { throw DatasetError(path, .empty([0, recordSize])) }
      for start in stride(from: 0, to: bytes.count, by: recordSize) {
        guard bytes[start] < classCount else {
          throw DatasetError(
            path, at: reader.position(start),
            .labelOutOfRange(bytes[start], classCount: classCount))
        }
        labels.append(bytes[start])
        for pixel in start + 1..<start + 1 + planeSize {
          for channel in 0..<shape.channels { pixels.append(bytes[pixel + channel * planeSize]) }
        }
      }
    }
    return LabelledImages(shape: shape, pixels: pixels, labels: labels)
  }
}
