import Fixtures
import Foundation

/// The data sets that have names, and any folder besides.
public struct DatasetCatalog: Sendable {
  /// A data set that has a name.
  public struct Entry: Equatable, Sendable {
    /// The name, as `--data` takes it.
    public let name: String
    /// What it holds, in a few words.
    public let summary: String
    /// Its folder's path, or nil where it isn't available.
    public let folder: String?

    /// Whether it can be loaded here.
    public var isAvailable: Bool { folder != nil }
  }

  /// Where Debian's package `dataset-fashion-mnist` puts the whole of Fashion-MNIST.
  public static let installedFashionMNIST = "/usr/share/datasets/fashion-mnist"

  private let installedFolder: String
  private let embeddedFolder: String?

  /// Creates the catalogue of this machine.
  public init() {
    self.init(
      installedFolder: Self.installedFashionMNIST, embeddedFolder: EmbeddedDatasets.folder?.path)
  }

  /// Creates a catalogue over given folders.
  ///
  /// - Parameters:
  ///   - installedFolder: The folder of the whole of Fashion-MNIST.
  ///   - embeddedFolder: The folder that holds the embedded data sets' folders, if there is one.
  init(installedFolder: String, embeddedFolder: String?) {
    self.installedFolder = installedFolder
    self.embeddedFolder = embeddedFolder
  }

  /// The data sets that have names, available here or not.
  public var entries: [Entry] {
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
  /// A name of the catalogue comes first: a folder of the same name is `./` and the name.
  ///
  /// - Parameters:
  ///   - nameOrPath: A name of the catalogue, or the path of a folder with four IDX files or
  ///     CIFAR-10's six.
  ///   - classCount: The number of classes; without it, as the training labels show.
  /// - Returns: The data set.
  /// - Throws: If it isn't available or can't be loaded.
  public func load(_ nameOrPath: String, classCount: Int? = nil) throws(DatasetError) -> Dataset {
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
