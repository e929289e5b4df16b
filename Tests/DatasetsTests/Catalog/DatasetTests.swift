import Foundation
import Testing
import TrainingCore

@testable import Datasets

@Suite struct DatasetTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The files of a sound data set: three training and two test images, 2×2.
  private static let sound: [String: [UInt8]] = [
    "train-images-idx3-ubyte": idx([3, 2, 2], noise(12)),
    "train-labels-idx1-ubyte": idx([3], [2, 0, 1]),
    "t10k-images-idx3-ubyte": idx([2, 2, 2], Array(noise(20)[12...])),
    "t10k-labels-idx1-ubyte": idx([2], [1, 2]),
  ]

  /// Loads the sound data set with one file replaced.
  private func load(
    _ name: String? = nil, _ file: [UInt8] = [], classCount: Int? = nil
  ) throws -> Dataset {
    var files = Self.sound
    if let name { files[name] = file }
    for (name, bytes) in files { try folder.write(bytes, name) }
    return try Dataset.load(folder: folder.path, classCount: classCount)
  }

  private func error(
    _ name: String? = nil, _ file: [UInt8] = [], classCount: Int? = nil
  ) -> DatasetError? {
    #expect(throws: DatasetError.self) { try load(name, file, classCount: classCount) }
  }

  @Test(arguments: ["", ".gz"])
  func theFourFilesAreLoaded(suffix: String) throws {
    for (name, bytes) in Self.sound {
      try folder.write(suffix.isEmpty ? bytes : gzip(bytes), name + suffix)
    }
    let dataset = try Dataset.load(folder: folder.path)
    #expect(dataset.name == URL(fileURLWithPath: folder.path).lastPathComponent)
    #expect(dataset.classCount == 3)
    #expect(dataset.shape == ImageShape(height: 2, width: 2))
    #expect(dataset.training.pixels == noise(12))
    #expect(dataset.training.labels == [2, 0, 1])
    #expect(dataset.test.pixels == Array(noise(20)[12...]))
    #expect(dataset.test.labels == [1, 2])
  }

  @Test func imagesMayHaveChannels() throws {
    try folder.write(idx([2, 1, 2, 3], noise(12)), "train-images-idx4-ubyte")
    try folder.write(idx([2], [0, 0]), "train-labels-idx1-ubyte")
    try folder.write(gzip(idx([1, 1, 2, 3], noise(6))), "t10k-images-idx4-ubyte.gz")
    try folder.write(idx([1], [1]), "t10k-labels-idx1-ubyte")
    let dataset = try Dataset.load(folder: folder.path, name: "colours")
    #expect(dataset.name == "colours")
    #expect(dataset.shape == ImageShape(height: 1, width: 2, channels: 3))
    #expect(dataset.classCount == 2)
    #expect(dataset.test.count == 1)
  }

  @Test func greyImagesMayHaveTheirOneChannel() throws {
    let grey = try load()
    let explicit = try load("t10k-images-idx3-ubyte", idx([2, 2, 2, 1], Array(noise(20)[12...])))
    #expect(explicit.test == grey.test && explicit.shape == grey.shape)
  }

  @Test func thePlainFileIsTakenOfBoth() throws {
    try folder.write(gzip(idx([3], [0, 0, 0])), "train-labels-idx1-ubyte.gz")
    #expect(try load().training.labels == [2, 0, 1])
  }

  @Test func theNumberOfClassesMayBeGiven() throws {
    #expect(try load(classCount: 256).classCount == 256)
    #expect(error(classCount: 257)?.problem == .impossibleClassCount(257))
    #expect(error(classCount: 1)?.problem == .impossibleClassCount(1))
    let outside = error(classCount: 2)
    #expect(outside?.path.hasSuffix("train-labels-idx1-ubyte") == true)
    #expect(outside?.position == .byte(8))
  }

  @Test func aTestLabelOutOfRangeIsFound() {
    let outside = error("t10k-labels-idx1-ubyte", gzip(idx([2], [1, 3])), classCount: 3)
    #expect(outside?.position == .unpackedByte(9))
    #expect(outside?.problem == .labelOutOfRange(3, classCount: 3))
  }

  @Test func aClassOfTheTestSetAloneCountsAndIsTold() throws {
    let dataset = try load("t10k-labels-idx1-ubyte", idx([2], [1, 4]))
    #expect(dataset.classCount == 5)
    #expect(dataset.test.labels == [1, 4])
    #expect(
      dataset.notes == [
        "no training image is of class 4, which the test set has: those can't be learned"
      ])
    #expect(try load().notes == [])
  }

  /// EMNIST's letters are 1 to 26, the last of them perhaps in one part alone.
  @Test func labelsThatBeginAtOneAreCountedFromZero() throws {
    let files = [
      "train-labels-idx1-ubyte": idx([3], [3, 1, 2]), "t10k-labels-idx1-ubyte": idx([2], [2, 3]),
    ]
    for (name, bytes) in Self.sound { try folder.write(files[name] ?? bytes, name) }
    let dataset = try Dataset.load(folder: folder.path)
    #expect(dataset.classCount == 3)
    #expect(dataset.training.labels == [2, 0, 1] && dataset.test.labels == [1, 2])
    #expect(dataset.notes == ["labels 1 to 3 are counted from 0: class 0 is label 1"])
    #expect(try Dataset.load(folder: folder.path, classCount: 4).training.labels == [3, 1, 2])
  }

  /// Two digits of ten keep their numbers, since nothing says that they are counted.
  @Test func labelsWithGapsAreLeftAsTheyAre() throws {
    try folder.write(idx([2], [1, 3]), "t10k-labels-idx1-ubyte")
    for (name, bytes) in Self.sound where name != "t10k-labels-idx1-ubyte" {
      try folder.write(name.contains("labels") ? idx([3], [3, 1, 3]) : bytes, name)
    }
    let dataset = try Dataset.load(folder: folder.path)
    #expect(dataset.training.labels == [3, 1, 3] && dataset.classCount == 4 && dataset.notes == [])
  }

  @Test func labelsOf255AreAClass() throws {
    #expect(try load("train-labels-idx1-ubyte", idx([3], [0, 255, 1])).classCount == 256)
  }

  @Test func filesThatDoNotFitTogetherAreFound() {
    #expect(
      error("train-labels-idx1-ubyte", idx([2], [0, 1]))?.problem
        == .countsDisagree(labels: 2, images: 3))
    #expect(
      error("t10k-images-idx3-ubyte", idx([2, 1, 4], noise(8)))?.problem
        == .shapesDisagree(
          training: ImageShape(height: 2, width: 2), test: ImageShape(height: 1, width: 4)))
    #expect(
      error("train-images-idx3-ubyte", idx([3], [0, 1, 2]))?.problem
        == .wrongDimensions(expected: "N×H×W or N×H×W×C", found: [3]))
    #expect(
      error("train-labels-idx1-ubyte", idx([3, 1], [0, 1, 2]))?.problem
        == .wrongDimensions(expected: "N", found: [3, 1]))
  }

  @Test(arguments: [[0, 2, 2], [3, 0, 2], [3, 2, 0], [3, 2, 2, 0]])
  func nothingIsNoDataSet(extents: [Int]) {
    #expect(error("train-images-idx3-ubyte", idx(extents, []))?.problem == .empty(extents))
  }

  @Test(arguments: sound.keys.sorted())
  func aMissingFileIsNamedWithTheOthers(name: String) throws {
    _ = try load()
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    let missing = #expect(throws: DatasetError.self) { try Dataset.load(folder: folder.path) }
    #expect(missing?.problem == .missingFile(stem: name))
    for name in Self.sound.keys { #expect(missing?.description.contains(name) == true) }
  }

  @Test func aFolderIsExpected() throws {
    let absent = #expect(throws: DatasetError.self) {
      try Dataset.load(folder: folder.path + "/absent")
    }
    #expect(absent?.problem == .noSuchFolder)
    let file = try folder.write([1], "a-file")
    let found = #expect(throws: DatasetError.self) { try Dataset.load(folder: file) }
    #expect(found?.problem == .notAFolder)
  }

  @Test func filesAreExpectedInIt() throws {
    _ = try load()
    let name = "\(folder.path)/train-images-idx3-ubyte"
    try FileManager.default.removeItem(atPath: name)
    try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: false)
    let found = #expect(throws: DatasetError.self) { try Dataset.load(folder: folder.path) }
    #expect(found?.path == name)
    #expect(found?.problem == .notAFile(found: "a folder"))
  }

  /// Every byte of every file changed: what is loaded is as the files say, or it is an error.
  @Test(arguments: sound.keys.sorted())
  func changedBytesNeverEndTheProcess(name: String) throws {
    let original = try #require(Self.sound[name])
    for offset in original.indices {
      for change in [1, 2, 8, 128, 255] as [UInt8] {
        var file = original
        file[offset] ^= change
        guard let dataset = try? load(name, file) else { continue }
        let isElement = offset >= 4 + 4 * Int(original[3])
        #expect(isElement, "byte \(offset), change \(change)")
        #expect(dataset.test.labels.allSatisfy { $0 < dataset.classCount })
      }
    }
  }
}
