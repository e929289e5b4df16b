import Fixtures
import Foundation

/// The catalogue of data sets: those that have names, and any folder.
package struct DatasetCatalog: Sendable {
  /// A data set that has a name.
  package struct Entry: Equatable, Sendable {
    /// The name, as `--data` takes it.
    package let name: String
    /// What it holds, in a few words.
    package let summary: String
    /// Its folder's path, or nil where it isn't available.
    package let folder: String?

    /// Whether it can be loaded here.
    package var isAvailable: Bool { folder != nil }
  }

  /// Where Debian's package `dataset-fashion-mnist` puts the whole of Fashion-MNIST.
  package static let installedFashionMNIST = "/usr/share/datasets/fashion-mnist"

  /// Where the whole of Fashion-MNIST is, if it is installed.
  let installedFolder: String
  /// The folder that holds the embedded data sets' folders, if there is one.
  let embeddedFolder: String?

  /// The data sets that have names, available here or not.
  package var entries: [Entry] {
    [
      Entry(
        name: "fashion-mnist-10k",
        summary: "embedded, 10,000 + 2,000 images of clothing, 28×28",
        folder: embedded("fashion-mnist-10k")),
      Entry(
        name: "mnist-5k", summary: "embedded, 4,000 + 1,000 handwritten digits, 28×28",
        folder: embedded("mnist-5k")),
      Entry(
        name: "fashion-mnist",
        summary: "Debian's package dataset-fashion-mnist, 60,000 + 10,000 images, 28×28",
        folder: isFolder(installedFolder) ? installedFolder : nil),
    ]
  }

  /// Loads a data set by name or path.
  ///
  /// A name of the catalogue comes first: a folder of the same name is `./` and the name. Without a
  /// number of classes, the training labels decide, as `Dataset.load` says.
  package func load(_ nameOrPath: String, classCount: Int? = nil) throws(DatasetError) -> Dataset {
    if let entry = entries.first(where: { $0.name == nameOrPath }) {
      guard let folder = entry.folder else {
        throw DatasetError(nameOrPath, unavailability(of: nameOrPath))
      }
      return try Dataset.load(folder: folder, name: entry.name, classCount: classCount)
    }
    if !nameOrPath.contains("/") && !FileManager.default.fileExists(atPath: nameOrPath) {
      let names = entries.map(\.name)
      throw DatasetError(
        nameOrPath,
        .unknownName(known: names, nearest: Spelling.nearest(to: nameOrPath, among: names)))
    }
    return try Dataset.load(folder: nameOrPath, classCount: classCount)
  }

  private func unavailability(of name: String) -> DatasetError.Problem {
    EmbeddedDatasets.names.contains(name)
      ? .embeddedDataMissing(environmentVariable: EmbeddedDatasets.environmentVariable)
      : .notInstalled(package: "dataset-fashion-mnist", folder: installedFolder)
  }

  private func embedded(_ name: String) -> String? {
    guard let embeddedFolder else { return nil }
    let folder = "\(embeddedFolder)/\(name)"
    return isFolder(folder) ? folder : nil
  }

  private func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }
}

extension DatasetCatalog {
  /// Creates the catalogue of this machine.
  package init() {
    self.init(
      installedFolder: Self.installedFashionMNIST, embeddedFolder: EmbeddedDatasets.folder?.path)
  }
}
