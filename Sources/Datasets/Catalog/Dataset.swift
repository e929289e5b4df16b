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

  /// Whether the files count classes from 1, and `labels` have been counted from 0 instead.
  package var isCountedFromOne = false

  /// What to know about the labels, in a line each; usually nothing.
  package var notes: [String] {
    var notes: [String] = []
    if isCountedFromOne {
      notes.append("labels 1 to \(classCount) are counted from 0: class 0 is label 1")
    }
    let untrained = Set(test.labels).subtracting(training.labels).sorted()
    if !untrained.isEmpty {
      let classes = untrained.map(String.init).joined(separator: ", ")
      notes.append(
        "no training image is of class \(classes), which the test set has: those can't be learned")
    }
    return notes
  }

  /// Loads a folder: four IDX files, or CIFAR-10's six, or CIFAR-100's two.
  ///
  /// The IDX files are called as MNIST's: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
  /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or with `.gz`; of both, the
  /// plain one is taken. A point may stand before `idx`, `test` for `t10k`, and a prefix such as
  /// `emnist-letters-` before it all. Images are [N, H, W] or, with channels, [N, H, W, C] (and then
  /// may be called `idx4`). Where there is none of them, but any of CIFAR's binary files, the folder
  /// is read as such. Whether a file is gzipped is seen from its content. `DatasetFolder.locate` says
  /// which folder is taken where it isn't the given one itself.
  ///
  /// Without a name, the data set has the folder's. Without a number of classes, 2 to 256, it is 1 more
  /// than the largest label, and at least 2; of CIFAR, the format's. Labels that are all of 1 to some
  /// number, as EMNIST's letters are, become 0 to one less. `labels` are of CIFAR-100.
  ///
  /// - Throws: If a file is missing, unreadable or malformed, if images, labels and shapes don't
  ///   agree, or if a label is out of range.
  package static func load(
    folder path: String, name: String? = nil, classCount: Int? = nil,
    labels: CIFAR100Labels = .fine
  ) throws(DatasetError) -> Dataset {
    let folder = try DatasetFolder.locate(path)
    if let classCount, !(2...256).contains(classCount) {
      throw DatasetError(path, .impossibleClassCount(classCount))
    }

    let name = name ?? URL(fileURLWithPath: path).lastPathComponent
    let hasIDX = DatasetFile.allCases.contains { folder.find($0.names) != nil }
    if !hasIDX, let format = CIFAR.recognised(in: folder, labels: labels) {
      return try format.load(folder: folder, name: name, classCount: classCount)
    }

    // All four are looked for before any is read, so that a missing one is reported at once.
    var paths: [String] = []
    for file in DatasetFile.allCases { paths.append(try folder.require(file.names)) }
    var training = try LabelledImages(
      imagesPath: paths[0], labelsPath: paths[1], classCount: classCount)
    var test = try LabelledImages(
      imagesPath: paths[2], labelsPath: paths[3], classCount: classCount)
    guard test.shape == training.shape else {
      throw DatasetError(paths[2], .shapesDisagree(training: training.shape, test: test.shape))
    }
    let present = Set(training.labels).union(test.labels)
    let largest = present.reduce(0) { max($0, Int($1)) }
    let isCountedFromOne =
      classCount == nil && largest > 1 && present.count == largest && !present.contains(0)
    if isCountedFromOne {
      training = training.countingFromZero
      test = test.countingFromZero
    }
    return Dataset(
      name: name, classCount: classCount ?? max(2, isCountedFromOne ? largest : largest + 1),
      training: training, test: test, isCountedFromOne: isCountedFromOne)
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
  /// Images with channels have four dimensions, and their file may say so; MNIST's own archive has a
  /// point before `idx`, and EMNIST's `test` for `t10k`.
  var names: [String] {
    var names: [String] = []
    for dashed in [stem, stem.replacing("-idx3-", with: "-idx4-")] {
      for name in [dashed, dashed.replacing("-idx", with: ".idx")] {
        names += [name, name.replacing("t10k-", with: "test-")]
      }
    }
    return names
  }
}
