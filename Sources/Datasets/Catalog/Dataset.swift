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
  /// Without a name, the data set has the folder's. Without a number of classes, 2 to 256, it is 1 more
  /// than the largest training label, and at least 2; of CIFAR-10, ten.
  ///
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
    let hasIDX = DatasetFile.allCases.contains { DatasetFile.find($0.names, in: folder) != nil }
    if !hasIDX && CIFAR10.isRecognised(in: folder) {
      return try CIFAR10.load(folder: folder, name: name, classCount: classCount)
    }

    // All four are looked for before any is read, so that a missing one is reported at once.
    var paths: [String] = []
    for file in DatasetFile.allCases {
      paths.append(try DatasetFile.require(file.names, in: folder))
    }
    let training = try LabelledImages(
      imagesPath: paths[0], labelsPath: paths[1], classCount: classCount)
    let classes = classCount ?? max(2, training.labels.reduce(0) { max($0, Int($1)) } + 1)
    let test = try LabelledImages(imagesPath: paths[2], labelsPath: paths[3], classCount: classes)
    guard test.shape == training.shape else {
      throw DatasetError(paths[2], .shapesDisagree(training: training.shape, test: test.shape))
    }
    return Dataset(name: name, classCount: classes, training: training, test: test)
  }
}

/// The four files of a data set, by MNIST's names for grey images without gzip's suffix.
enum DatasetFile: String, CaseIterable {
  case trainingImages = "train-images-idx3-ubyte"
  case trainingLabels = "train-labels-idx1-ubyte"
  case testImages = "t10k-images-idx3-ubyte"
  case testLabels = "t10k-labels-idx1-ubyte"

  var stem: String { rawValue }

  /// The names that the file may have, the preferred first.
  ///
  /// Images with channels have four dimensions, and their file may say so.
  var names: [String] { [stem, stem.replacing("-images-idx3-", with: "-images-idx4-")] }

  /// Finds a file in a folder under one of its names, the preferred first, without or with `.gz`.
  static func find(_ names: [String], in folder: String) -> String? {
    names.flatMap { [$0, $0 + ".gz"] }.lazy
      .map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Finds a file that must be there; where it isn't, the preferred name is reported.
  static func require(_ names: [String], in folder: String) throws(DatasetError) -> String {
    guard let path = find(names, in: folder) else {
      throw DatasetError(folder, .missingFile(stem: names[0]))
    }
    return path
  }
}
