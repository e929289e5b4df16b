import Foundation
import Testing
import TrainingCore

@testable import Datasets

/// CIFAR-10's binary files are read as they are, or are an error that says where.
@Suite struct CIFAR10Tests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let files = CIFAR.ten.trainingFiles + [CIFAR.ten.testFile]

  /// A record of the format, whose pixels are planes of one colour after the other.
  private static func record(_ label: UInt8, _ pixel: (_ channel: Int, _ index: Int) -> UInt8)
    -> [UInt8]
  {
    [label] + (0..<3).flatMap { channel in (0..<1024).map { pixel(channel, $0) } }
  }

  /// A record whose pixels are its class.
  private static func plain(_ label: UInt8) -> [UInt8] { record(label) { _, _ in label } }

  /// Writes a sound data set with one file replaced, and loads it.
  private func load(
    _ name: String? = nil, _ file: [UInt8] = [], classCount: Int? = nil
  ) throws -> Dataset {
    for (index, sound) in Self.files.enumerated() {
      try folder.write(sound == name ? file : Self.plain(UInt8(index)), sound)
    }
    return try Dataset.load(folder: folder.path, classCount: classCount)
  }

  private func error(
    _ name: String? = nil, _ file: [UInt8] = [], classCount: Int? = nil
  ) -> DatasetError? {
    #expect(throws: DatasetError.self) { try load(name, file, classCount: classCount) }
  }

  @Test func fiveFilesAreTrainedOnAndTheSixthTests() throws {
    let dataset = try load()
    #expect(dataset.name == URL(fileURLWithPath: folder.path).lastPathComponent)
    #expect(dataset.shape == ImageShape(height: 32, width: 32, channels: 3))
    #expect(dataset.classCount == 10)
    #expect(dataset.training.labels == [0, 1, 2, 3, 4])
    #expect(dataset.test.labels == [5])
    #expect(dataset.training.pixels == (0..<5).flatMap { Array(repeating: $0, count: 3072) })
    #expect(dataset.test.pixels == Array(repeating: 5, count: 3072))
    #expect(try DatasetCatalog().load(folder.path).training == dataset.training)
  }

  /// The file has all red pixels, then all green, then all blue; memory has the three of each pixel.
  @Test func planesBecomePixels() throws {
    let first = Self.record(7) { channel, index in
      UInt8(truncatingIfNeeded: index / 32 * 5 + index % 32 + 70 * channel)
    }
    let dataset = try load("data_batch_2.bin", first + Self.plain(9))
    #expect(dataset.training.labels == [0, 7, 9, 2, 3, 4])
    var expected: [UInt8] = []
    for row in 0..<32 {
      for column in 0..<32 {
        for channel in 0..<3 {
          expected.append(UInt8(truncatingIfNeeded: row * 5 + column + 70 * channel))
        }
      }
    }
    #expect(Array(dataset.training.pixels[3072..<6144]) == expected)
  }

  @Test func filesMayBePacked() throws {
    let sound = try load()
    for (index, name) in Self.files.enumerated() {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
      try folder.write(gzip(Self.plain(UInt8(index))), name + ".gz")
    }
    let packed = try Dataset.load(folder: folder.path)
    #expect(packed.training == sound.training && packed.test == sound.test)
  }

  @Test(arguments: files)
  func aMissingFileIsNamed(name: String) throws {
    _ = try load()
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    let missing = #expect(throws: DatasetError.self) { try Dataset.load(folder: folder.path) }
    #expect(missing?.problem == .missingFile(stem: name))
    #expect(missing?.description.contains("data_batch_1.bin to data_batch_5.bin") == true)
  }

  @Test(arguments: [1, 3072, 3074, 6145])
  func recordsAreWhole(size: Int) {
    let file = Array((Self.plain(1) + Self.plain(2) + Self.plain(3)).prefix(size))
    let short = error("data_batch_3.bin", file)
    #expect(short?.path == "\(folder.path)/data_batch_3.bin")
    #expect(short?.position == .byte(size))
    #expect(
      short?.problem
        == .truncated(part: "record \(size / 3073)", expected: 3073, found: size % 3073))
    #expect(error("test_batch.bin", gzip(file))?.position == .unpackedByte(size))
  }

  @Test func nothingIsNoDataSet() {
    #expect(error("test_batch.bin", [])?.problem == .empty([0, 3073]))
  }

  /// A small packed file can't fill the memory: no file has more than 10,000 records.
  @Test func moreThanTheOfficialFilesHoldIsLeft() {
    let zeros = [UInt8](repeating: 0, count: 10_000 * 3073 + 1)
    #expect(
      error("data_batch_1.bin", gzip(zeros))?.problem == .trailingBytes(expected: 30_730_000))
  }

  @Test(arguments: [10, 255] as [UInt8])
  func classesAreTen(label: UInt8) {
    let outside = error("data_batch_5.bin", Self.plain(9) + Self.plain(label))
    #expect(outside?.position == .byte(3073))
    #expect(outside?.problem == .labelOutOfRange(label, classCount: 10))
  }

  @Test func theNumberOfClassesMayBeGiven() throws {
    #expect(try load(classCount: 12).classCount == 12)
    #expect(error(classCount: 4)?.problem == .labelOutOfRange(4, classCount: 4))
    #expect(error("test_batch.bin", Self.plain(10), classCount: 12) != nil)
  }

  /// Where IDX files are, a file of CIFAR-10's beside them changes nothing.
  @Test func aFolderWithIDXFilesIsReadAsSuch() throws {
    _ = try load()
    try folder.write(idx([1], [1]), "train-labels-idx1-ubyte")
    let missing = #expect(throws: DatasetError.self) { try Dataset.load(folder: folder.path) }
    #expect(missing?.problem == .missingFile(stem: "train-images-idx3-ubyte"))
  }
}
