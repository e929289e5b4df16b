import Foundation

/// A data set in four IDX files, made by the tests: images of 4×4 in ten classes.
struct TinyDataset {
  var trainingImages: [UInt8]
  var trainingLabels: [UInt8]
  var testImages: [UInt8]
  var testLabels: [UInt8]

  init(training: Int = 60, test: Int = 20) {
    (trainingImages, trainingLabels) = Self.files(count: training)
    (testImages, testLabels) = Self.files(count: test)
  }

  /// The same images in colour: each grey number three times.
  var coloured: TinyDataset {
    var coloured = self
    func repeated(_ file: [UInt8]) -> [UInt8] {
      [0, 0, 8, 4] + file[4..<16] + [0, 0, 0, 3] + file[16...].flatMap { [$0, $0, $0] }
    }
    coloured.trainingImages = repeated(trainingImages)
    coloured.testImages = repeated(testImages)
    return coloured
  }

  /// Writes the files into a folder of a test's own.
  ///
  /// - Parameters:
  ///   - folder: Where the data set's folder is made.
  ///   - name: The data set's folder.
  /// - Returns: The data set's path, relative to the folder.
  /// - Throws: If they can't be written.
  @discardableResult
  func write(to folder: TemporaryFolder, as name: String = "data") throws -> String {
    try FileManager.default.createDirectory(
      at: folder.file(name), withIntermediateDirectories: true)
    for (stem, bytes) in [
      ("train-images-idx3-ubyte", trainingImages), ("train-labels-idx1-ubyte", trainingLabels),
      ("t10k-images-idx3-ubyte", testImages), ("t10k-labels-idx1-ubyte", testLabels),
    ] {
      try Data(bytes).write(to: folder.file("\(name)/\(stem)"))
    }
    return "./\(name)"
  }

  /// The images are noise with a bright pixel that tells the class.
  private static func files(count: Int) -> (images: [UInt8], labels: [UInt8]) {
    var images = header([count, 4, 4])
    var labels = header([count])
    var state: UInt32 = 1
    for index in 0..<count {
      let label = index % 10
      labels.append(UInt8(label))
      for pixel in 0..<16 {
        state = state &* 1_664_525 &+ 1_013_904_223
        images.append(pixel == label ? 255 : UInt8(state >> 25))
      }
    }
    return (images, labels)
  }

  private static func header(_ extents: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(extents.count)]
      + extents.flatMap { extent in
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) }
      }
  }
}
