import Foundation
import Testing

@testable import Datasets

/// Data sets are found under the names and in the folders that their sources give them.
@Suite struct DatasetFolderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes four sound files into a folder below the test's own.
  private func write(
    _ names: [String], to place: String = "", labels: [UInt8] = [1, 0], packed: Bool = false
  ) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/\(place)", withIntermediateDirectories: true)
    for (index, name) in names.enumerated() {
      let isLabels = index % 2 == 1
      let bytes = idx(isLabels ? [2] : [2, 2, 2], isLabels ? labels : noise(8))
      try folder.write(packed ? gzip(bytes) : bytes, "\(place)/\(name)")
    }
  }

  private static let plain = DatasetFile.allCases.map(\.stem)

  private static func named(_ prefix: String, _ test: String = "test", _ suffix: String = "")
    -> [String]
  {
    ["train", test].flatMap { part in
      ["images-idx3", "labels-idx1"].map { "\(prefix)\(part)-\($0)-ubyte\(suffix)" }
    }
  }

  @Test(arguments: [
    plain.map { $0.replacing("-idx", with: ".idx") }, named(""), named("", "t10k", ".gz"),
    named("emnist-letters-"), named("emnist-letters-", "test", ".gz"),
    [
      "train-images.idx4-ubyte", "train-labels.idx1-ubyte", "test-images-idx4-ubyte",
      "t10k-labels-idx1-ubyte",
    ],
  ])
  func otherNamesAreFound(names: [String]) throws {
    try write(names, packed: names[0].hasSuffix(".gz"))
    let dataset = try Dataset.load(folder: folder.path)
    #expect(dataset.training.labels == [1, 0] && dataset.test.pixels == noise(8))
  }

  @Test func whatIsMissingIsNamedWithItsPrefix() throws {
    try write(Array(Self.named("emnist-letters-").dropLast()))
    let missing = #expect(throws: DatasetError.self) { try Dataset.load(folder: folder.path) }
    #expect(missing?.problem == .missingFile(stem: "emnist-letters-t10k-labels-idx1-ubyte"))
  }

  /// EMNIST's archive has six data sets in one folder.
  @Test func ofSeveralInAFolderOneIsNamed() throws {
    try write(Self.named("emnist-letters-"), labels: [1, 0])
    try write(Self.named("emnist-digits-"), labels: [1, 1])
    let several = #expect(throws: DatasetError.self) { try Dataset.load(folder: folder.path) }
    let paths = ["digits", "letters"].map { "\(folder.path)/emnist-\($0)" }
    #expect(several?.problem == .severalDatasets(paths))
    #expect(try Dataset.load(folder: paths[0]).training.labels == [1, 1])
    let letters = try Dataset.load(folder: paths[1])
    #expect(letters.training.labels == [1, 0] && letters.name == "emnist-letters")
    let other = #expect(throws: DatasetError.self) {
      try Dataset.load(folder: "\(folder.path)/emnist-bymerge")
    }
    #expect(other?.problem == .noSuchFolder)
    // Files without a prefix are the folder's own.
    try write(Self.plain, labels: [0, 0])
    #expect(try Dataset.load(folder: folder.path).training.labels == [0, 0])
  }

  @Test(arguments: ["MNIST/raw", "raw", "fashion"])
  func aFolderAboveIsEnough(place: String) throws {
    try write(Self.plain, to: place)
    #expect(try Dataset.load(folder: folder.path).training.labels == [1, 0])
    #expect(
      try DatasetCatalog().load(folder.path).name
        == URL(fileURLWithPath: folder.path).lastPathComponent)
  }

  @Test func ofSeveralBelowOneIsNamed() throws {
    try write(Self.plain, to: "MNIST/raw")
    try write(Self.plain, to: "KMNIST/raw", labels: [1, 1])
    let several = #expect(throws: DatasetError.self) { try Dataset.load(folder: folder.path) }
    #expect(
      several?.problem
        == .severalDatasets(["KMNIST", "MNIST"].map { "\(folder.path)/\($0)/raw" }))
    #expect(try Dataset.load(folder: "\(folder.path)/KMNIST").training.labels == [1, 1])
  }

  /// One archive of MNIST has each file also in a folder of its name.
  @Test func aFileComesBeforeAFolderOfAPreferredName() throws {
    try write(Self.plain.map { $0.replacing("-idx", with: ".idx") })
    for name in Self.plain {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
    }
    #expect(try Dataset.load(folder: folder.path).training.labels == [1, 0])
  }
}
