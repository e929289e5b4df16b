import Foundation

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
    [stem, stem.replacing("-images-idx3-", with: "-images-idx4-")]
      .flatMap { [$0, $0 + ".gz"] }
  }

  /// Finds the file in a folder.
  ///
  /// - Parameter folder: The data set's folder.
  /// - Returns: The path under the first name that is there.
  /// - Throws: If no name is.
  func path(in folder: String) throws(DatasetError) -> String {
    for name in names {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw DatasetError(folder, .missingFile(stem: stem))
  }
}
