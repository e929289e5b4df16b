import Foundation
import Testing

@testable import Datasets
@testable import Fixtures

/// The embedded files are what their README says.
@Suite struct EmbeddedDatasetsTests {
  let folder: URL
  let readme: [Substring]

  init() throws {
    folder = try #require(EmbeddedDatasets.folder)
    readme = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
      .split(separator: "\n")
  }

  @Test func filesHaveTheirChecksums() throws {
    let listed = readme.compactMap { $0.wholeMatch(of: /([0-9a-f]{64})  ([a-z0-9\-\/]+\.gz)/) }
      .map { (path: String($0.2), checksum: String($0.1)) }
    let files = EmbeddedDatasets.names.flatMap { name in
      DatasetFile.allCases.map { "\(name)/\($0.stem).gz" }
    }
    #expect(listed.map(\.path).sorted() == files.sorted())
    for (path, checksum) in listed {
      let bytes = try Data(contentsOf: folder.appendingPathComponent(path))
      #expect(SHA256.hexadecimal([UInt8](bytes)) == checksum, "\(path)")
    }
  }

  @Test(arguments: EmbeddedDatasets.names)
  func classesHaveTheirCounts(name: String) throws {
    let dataset = try DatasetCatalog().load(name)
    #expect(dataset.classCount == 10)
    #expect(dataset.shape.description == "28×28×1")
    for (part, images) in [("training", dataset.training), ("test", dataset.test)] {
      let row = try #require(readme.first { $0.hasPrefix("| `\(name)` \(part) |") })
      let numbers = row.split(separator: "|").compactMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      #expect(images.countsByClass + [images.count] == numbers)
    }
  }

  /// The digits' classes are interleaved, so that any part has all of them.
  @Test func digitsAreInterleaved() throws {
    let dataset = try DatasetCatalog().load("mnist-5k")
    #expect(dataset.training.labels == (0..<4000).map { UInt8($0 % 10) })
    #expect(dataset.test.labels == (0..<1000).map { UInt8($0 % 10) })
  }

  @Test func theFolderIsLookedForInOrder() throws {
    let temporary = try TemporaryFolder()
    let bundle = temporary.path + "/Batchwise_Fixtures.resources"
    let place = URL(fileURLWithPath: temporary.path)
    #expect(EmbeddedDatasets.folder(environment: [:], besides: [place]) == nil)
    try FileManager.default.createDirectory(
      atPath: bundle + "/mnist-5k", withIntermediateDirectories: true)
    #expect(EmbeddedDatasets.folder(environment: [:], besides: [place])?.path == bundle)
    #expect(
      EmbeddedDatasets.folder(
        environment: ["BATCHWISE_FIXTURES": folder.path], besides: [place])?.path == folder.path)
    // A folder that is named and isn't there must not be replaced by another in silence.
    #expect(
      EmbeddedDatasets.folder(
        environment: ["BATCHWISE_FIXTURES": "/no/such/folder"], besides: [place]) == nil)
  }

  /// The examples of FIPS 180-4 and of a message that fills its block.
  @Test func theChecksumIsSHA256() {
    #expect(
      SHA256.hexadecimal([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hexadecimal(Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hexadecimal(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }
}

extension LabelledImages {
  /// The number of images of each class, up to the largest label.
  var countsByClass: [Int] {
    let classes = labels.map(Int.init).max().map { 0...$0 }
    return classes.map { $0.map { label in labels.count { Int($0) == label } } } ?? []
  }
}
