import Foundation
import Testing

@testable import Datasets
@testable import Fixtures

@Suite struct DatasetCatalogTests {
  private func error(
    _ name: String, in catalog: DatasetCatalog = DatasetCatalog()
  ) -> DatasetError? {
    #expect(throws: DatasetError.self) { try catalog.load(name) }
  }

  @Test func embeddedDataIsFoundByName() throws {
    for entry in DatasetCatalog().entries where EmbeddedDatasets.names.contains(entry.name) {
      #expect(entry.isAvailable)
      #expect(try DatasetCatalog().load(entry.name).name == entry.name)
    }
  }

  @Test func aPathIsLoadedToo() throws {
    let folder = try #require(EmbeddedDatasets.folder).path + "/mnist-5k"
    #expect(try DatasetCatalog().load(folder).training.count == 4000)
  }

  @Test func whatIsNotThereIsExplained() throws {
    let empty = try TemporaryFolder()
    let catalog = DatasetCatalog(installedFolder: "/no/such/folder", embeddedFolder: empty.path)
    #expect(catalog.entries.allSatisfy { !$0.isAvailable })
    #expect(
      error("fashion-mnist", in: catalog)?.description
        == "fashion-mnist: not installed: on Debian or Ubuntu, apt-get install "
        + "dataset-fashion-mnist puts it into /no/such/folder")
    for name in EmbeddedDatasets.names {
      #expect(
        error(name, in: catalog)?.problem
          == .embeddedDataMissing(environmentVariable: "BATCHWISE_FIXTURES"))
    }
  }

  @Test func anUnknownNameGetsTheKnownOnes() {
    #expect(
      error("fashion-mnist-10")?.description
        == "fashion-mnist-10: no such data set or folder; did you mean fashion-mnist-10k? "
        + "Known are fashion-mnist-10k, mnist-5k, fashion-mnist, or the path of a folder")
    #expect(error("/no/such/folder")?.problem == .noSuchFolder)
  }

  /// Zalando's own figures for the whole of Fashion-MNIST: 6,000 + 1,000 images a class.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: DatasetCatalog.installedFashionMNIST)))
  func theWholeOfFashionMNISTIsLoadedWhereItIsInstalled() throws {
    let whole = try DatasetCatalog().load("fashion-mnist")
    #expect(whole.training.countsByClass == Array(repeating: 6000, count: 10))
    #expect(whole.test.countsByClass == Array(repeating: 1000, count: 10))
    let part = try DatasetCatalog().load("fashion-mnist-10k")
    #expect(whole.training.pixels.starts(with: part.training.pixels))
    #expect(whole.training.labels.starts(with: part.training.labels))
    #expect(whole.test.pixels.starts(with: part.test.pixels))
    #expect(whole.test.labels.starts(with: part.test.labels))
  }
}
