import Foundation
import TrainingCore

/// Images to train on and images to test with, of the same shape and classes.
public struct Dataset: Sendable {
  /// What reports call it.
  public let name: String
  /// The number of classes; every label is below it.
  public let classCount: Int
  /// The images to train on, from which a validation set may be held out.
  public let training: LabelledImages
  /// The images to test with.
  public let test: LabelledImages

  /// The shape of one image.
  public var shape: ImageShape { training.shape }

  /// Loads a folder: four IDX files, or CIFAR-10's six.
  ///
  /// The IDX files are called as MNIST's: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or with `.gz`; of both, the
  /// plain one is taken. Images are [N, H, W] or, with channels, [N, H, W, C] (and then may be
  /// called `idx4`). Where there is none of them, but any of `data_batch_1.bin` … `data_batch_5.bin`
  /// and `test_batch.bin`, the folder is read as CIFAR-10's binary version. Whether a file is gzipped
  /// is seen from its content.
  ///
  /// - Parameters:
  ///   - folder: The folder's path.
  ///   - name: What reports call the data set; without it, the folder's name.
  ///   - classCount: The number of classes, 2 to 256; without it, 1 more than the largest training
  ///     label, and at least 2; of CIFAR-10, ten.
  /// - Returns: The data set.
  /// - Throws: If a file is missing, unreadable or malformed, if images, labels and shapes don't
  ///   agree, or if a label is out of range.
  public static func load(
    folder: String, name: String? = nil, classCount: Int? = nil
  ) throws(DatasetError) -> Dataset {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory) else {
      throw DatasetError(folder, .noSuchFolder)
    }
    guard isDirectory.boolValue else { throw DatasetError(folder, .notAFolder) }
    guard FileManager.default.isExecutableFile(atPath: folder) else {
      throw DatasetError(folder, .unreadable(reason: "no permission to look into this folder"))
    }
    if let classCount, !(2...256).contains(classCount) {
      throw DatasetError(folder, .impossibleClassCount(classCount))
    }

    let name = name ?? URL(fileURLWithPath: folder).lastPathComponent
    let hasIDX = DatasetFile.allCases.contains {
      DatasetFile.path(toAnyOf: $0.names, in: folder) != nil
    }
    if !hasIDX && CIFAR10.isRecognised(in: folder) {
      return try CIFAR10.load(folder: folder, name: name, classCount: classCount)
    }

    // All four are looked for before any is read, so that a missing one is found out at once.
    let trainingImages = try DatasetFile.trainingImages.path(in: folder)
    let trainingLabels = try DatasetFile.trainingLabels.path(in: folder)
    let testImages = try DatasetFile.testImages.path(in: folder)
    let testLabels = try DatasetFile.testLabels.path(in: folder)
    let training = try LabelledImages(
      imagesPath: trainingImages, labelsPath: trainingLabels, classCount: classCount)
    let classes = classCount ?? max(2, training.labels.reduce(0) { max($0, Int($1)) } + 1)
    let test = try LabelledImages(
      imagesPath: testImages, labelsPath: testLabels, classCount: classes)
    guard test.shape == training.shape else {
      throw DatasetError(
        testImages, .shapesDisagree(training: training.shape, test: test.shape))
    }
    return Dataset(
      name: name, classCount: classes, training: training, test: test)
  }
}
