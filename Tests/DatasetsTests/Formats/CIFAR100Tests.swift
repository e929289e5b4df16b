import Testing
import TrainingCore

@testable import Datasets

/// CIFAR-100's two binary files have a coarse and a fine label before each image.
@Suite struct CIFAR100Tests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func record(_ coarse: UInt8, _ fine: UInt8) -> [UInt8] {
    [coarse, fine] + (1...3 as ClosedRange<UInt8>).flatMap { Array(repeating: $0, count: 1024) }
  }

  private func load(
    _ training: [UInt8] = record(19, 99) + record(0, 7), labels: CIFAR100Labels = .fine
  ) throws -> Dataset {
    try folder.write(training, "train.bin")
    try folder.write(gzip(Self.record(3, 99)), "test.bin.gz")
    return try Dataset.load(folder: folder.path, labels: labels)
  }

  @Test func theFineLabelIsTheClassUnlessTheCoarseOneIsAskedFor() throws {
    let fine = try load()
    #expect(fine.classCount == 100 && fine.shape == ImageShape(height: 32, width: 32, channels: 3))
    #expect(fine.training.labels == [99, 7] && fine.test.labels == [99] && fine.notes == [])
    #expect(fine.training.pixels == (0..<2048).flatMap { _ in [1, 2, 3] as [UInt8] })
    let coarse = try load(labels: .coarse)
    #expect(coarse.classCount == 20)
    #expect(coarse.training.labels == [19, 0] && coarse.test.labels == [3])
    #expect(coarse.training.pixels == fine.training.pixels)
    #expect(coarse.notes.count == 1)
  }

  @Test func damageHasItsPlace() {
    let short = #expect(throws: DatasetError.self) {
      try load(Self.record(1, 2) + Self.record(3, 4).dropLast())
    }
    #expect(short?.position == .byte(3074 + 3073))
    #expect(short?.problem == .truncated(part: "record 1", expected: 3074, found: 3073))
    let outside = #expect(throws: DatasetError.self) {
      try load(Self.record(1, 2) + Self.record(3, 100))
    }
    #expect(outside?.position == .byte(3075))
    #expect(outside?.problem == .labelOutOfRange(100, classCount: 100))
    let coarse = #expect(throws: DatasetError.self) {
      try load(Self.record(20, 2), labels: .coarse)
    }
    #expect(coarse?.position == .byte(0))
  }
}
