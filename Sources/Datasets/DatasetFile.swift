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
    [stem, stem.replacing("-images-idx3-", with: "-images-idx4-")].flatMap(Self.packedOrNot)
  }

  /// Finds the file in a folder.
  ///
  /// - Parameter folder: The data set's folder.
  /// - Returns: The path under the first name that is there.
  /// - Throws: If no name is.
  func path(in folder: String) throws(DatasetError) -> String {
    guard let path = Self.path(toAnyOf: names, in: folder) else {
      throw DatasetError(folder, .missingFile(stem: stem))
    }
    return path
  }

  /// The names that a file has without and with gzip's suffix.
  ///
  /// - Parameter name: The name without it.
  /// - Returns: Both names, the preferred first.
  static func packedOrNot(_ name: String) -> [String] { [name, name + ".gz"] }

  /// Finds a file in a folder by its possible names.
  ///
  /// - Parameters:
  ///   - names: The names, the preferred first.
  ///   - folder: The folder.
  /// - Returns: The path under the first name that is there, or nil if none is.
  static func path(toAnyOf names: [String], in folder: String) -> String? {
    names.lazy.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }
}
