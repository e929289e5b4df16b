import Foundation
import TrainingCore

/// A data set: images to train on and images to test with, of the same shape and classes.
package struct Dataset: Sendable {
  /// What reports call it.
  package let name: String
  /// The number of classes; every label is below it.
  package let classCount: Int
  /// The images to train on, from which a validation set may be held out.
  package let training: LabelledImages
  /// The images to test with.
  package let test: LabelledImages

  /// The shape of one image.
  package var shape: ImageShape { training.shape }

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
  package static func load(
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

    // All four are looked for before any is read, so that a missing one is reported at once.
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
      throw DatasetError(testImages, .shapesDisagree(training: training.shape, test: test.shape))
    }
    return Dataset(name: name, classCount: classes, training: training, test: test)
  }
}

/// The four files of a data set, under MNIST's names.
enum DatasetFile: CaseIterable {
  case trainingImages, trainingLabels, testImages, testLabels

  /// The name of the file for grey images, without gzip's suffix.
  var stem: String {
    switch self {
    case .trainingImages: "train-images-idx3-ubyte"
    case .trainingLabels: "train-labels-idx1-ubyte"
    case .testImages: "t10k-images-idx3-ubyte"
    case .testLabels: "t10k-labels-idx1-ubyte"
    }
  }

  /// The names that the file may have, the preferred first.
  ///
  /// Images with channels have four dimensions, and their file may say so.
  var names: [String] {
    [stem, stem.replacing("-images-idx3-", with: "-images-idx4-")].flatMap(Self.packedOrNot)
  }

  /// Finds the file in a folder, under the first of its names that is there.
  func path(in folder: String) throws(DatasetError) -> String {
    guard let path = Self.path(toAnyOf: names, in: folder) else {
      throw DatasetError(folder, .missingFile(stem: stem))
    }
    return path
  }

  /// The names that a file has without and with gzip's suffix, the preferred first.
  static func packedOrNot(_ name: String) -> [String] { [name, name + ".gz"] }

  /// The path of a file under the first of its possible names that is in a folder, or nil.
  static func path(toAnyOf names: [String], in folder: String) -> String? {
    names.lazy.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }
}
