import TrainingCore

/// CIFAR's binary formats: 32×32 images in colour, of ten or of a hundred classes.
///
/// A file is a row of records: in CIFAR-10 a byte with the class, in CIFAR-100 one with the coarse
/// and one with the fine class; then 3,072 pixels, all red ones in row-major order, then the green,
/// then the blue (Krizhevsky 2009, "Learning multiple layers of features from tiny images";
/// https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version"). Pixels are turned from that
/// [C, H, W] into [H, W, C], in which all images are kept. Files may be gzipped, and may have fewer
/// records than the official ones.
struct CIFAR {
  /// The files of training images, in their order.
  let trainingFiles: [String]
  /// The file of test images.
  let testFile: String
  /// The number of classes.
  let classCount: Int
  /// The bytes before an image's pixels, and which of them is its label.
  private let labelBytes, labelIndex: Int
  private let largestRecordCount: Int

  /// The shape of one image.
  static let shape = ImageShape(height: 32, width: 32, channels: 3)

  /// CIFAR-10: five files to train on, of 10,000 images each.
  static let ten = CIFAR(
    trainingFiles: (1...5).map { "data_batch_\($0).bin" }, testFile: "test_batch.bin",
    classCount: 10, labelBytes: 1, labelIndex: 0, largestRecordCount: 10_000)

  /// CIFAR-100 by either of its labels: 100 fine ones, or 20 coarse ones.
  static func hundred(_ labels: CIFAR100Labels) -> CIFAR {
    CIFAR(
      trainingFiles: ["train.bin"], testFile: "test.bin", classCount: labels == .fine ? 100 : 20,
      labelBytes: 2, labelIndex: labels == .fine ? 1 : 0, largestRecordCount: 50_000)
  }

  /// The format of a folder that has any of its files; nil where it has none of either.
  static func recognised(
    in folder: DatasetFolder, labels: CIFAR100Labels = .fine
  ) -> CIFAR? {
    [ten, hundred(labels)].first { format in
      (format.trainingFiles + [format.testFile]).contains { folder.find([$0]) != nil }
    }
  }

  /// Loads all files of a folder, with the format's classes unless another number is given.
  ///
  /// A file that is missing, unreadable, empty, or has part of a record or a label out of range is an
  /// error.
  func load(
    folder: DatasetFolder, name: String, classCount: Int?
  ) throws(DatasetError) -> Dataset {
    // All are looked for before any is read, so that a missing one is reported at once.
    var trainingPaths: [String] = []
    for file in trainingFiles { trainingPaths.append(try folder.require([file])) }
    let testPath = try folder.require([testFile])
    let classCount = classCount ?? self.classCount
    return Dataset(
      name: name, classCount: classCount,
      training: try images(of: trainingPaths, classCount: classCount),
      test: try images(of: [testPath], classCount: classCount))
  }

  private func images(
    of paths: [String], classCount: Int
  ) throws(DatasetError) -> LabelledImages {
    let classCount = min(classCount, self.classCount)
    let recordSize = labelBytes + Self.shape.count
    let limit = largestRecordCount * recordSize
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
        let label = bytes[start + labelIndex]
        guard label < classCount else {
          throw DatasetError(
            path, at: reader.position(start + labelIndex),
            .labelOutOfRange(label, classCount: classCount))
        }
        labels.append(label)
        LabelledImages.interleave(
          bytes[start + labelBytes..<start + recordSize], shape: Self.shape, into: &pixels)
      }
    }
    return LabelledImages(shape: Self.shape, pixels: pixels, labels: labels)
  }
}

/// Which of CIFAR-100's two labels is an image's class.
package enum CIFAR100Labels: String, CaseIterable, Sendable {
  /// The hundred classes.
  case fine
  /// The twenty groups of them.
  case coarse
}
