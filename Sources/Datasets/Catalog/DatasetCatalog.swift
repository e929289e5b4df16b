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
      entry(
        "fashion-mnist-10k", "embedded, 10,000 + 2,000 images of clothing, 28×28",
        in: embeddedFolder.map { "\($0)/fashion-mnist-10k" }),
      entry(
        "mnist-5k", "embedded, 4,000 + 1,000 handwritten digits, 28×28",
        in: embeddedFolder.map { "\($0)/mnist-5k" }),
      entry(
        "fashion-mnist", "Debian's package dataset-fashion-mnist, 60,000 + 10,000 images, 28×28",
        in: installedFolder),
    ]
  }

  private func entry(_ name: String, _ summary: String, in folder: String?) -> Entry {
    var isDirectory: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: folder ?? "", isDirectory: &isDirectory)
    return Entry(
      name: name, summary: summary, folder: isThere && isDirectory.boolValue ? folder : nil)
  }

  /// Loads a data set by name or path.
  ///
  /// A name of the catalogue comes first: a folder of the same name is `./` and the name. Without a
  /// number of classes, the training labels decide, as `Dataset.load` says.
  package func load(_ nameOrPath: String, classCount: Int? = nil) throws(DatasetError) -> Dataset {
    if let entry = entries.first(where: { $0.name == nameOrPath }) {
      guard let folder = entry.folder else {
        throw DatasetError(
          nameOrPath,
          EmbeddedDatasets.names.contains(nameOrPath)
            ? .embeddedDataMissing(environmentVariable: EmbeddedDatasets.environmentVariable)
            : .notInstalled(package: "dataset-fashion-mnist", folder: installedFolder))
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
}

extension DatasetCatalog {
  /// Creates the catalogue of this machine.
  package init() {
    self.init(
      installedFolder: Self.installedFashionMNIST, embeddedFolder: EmbeddedDatasets.folder?.path)
  }
}
