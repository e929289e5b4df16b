import Foundation
import Testing
@testable import Files

@Suite struct EventFileTests {
  /// What the Python package tensorboard 2.21.0 writes for the same events.
  private static let recorded = """
    GAAAAAAAAACjf0siCQAAYED8VNlBGg1icmFpbi5FdmVudDoy3L2LTzUAAAAAAAAA1sVd5gkAAGBA/FTZQRCsAionChQK\
    DWxvc3MvdHJhaW5pbmcVAAAAPwoPCghhY2N1cmFjeRXNzMw9l+dJ8x8AAAAAAAAAUUtEGAkAAIBA/FTZQRCtAioRCg8K\
    CGFjY3VyYWN5Fc3MTD4LTQyD
    """

  private let url = FileManager.default.temporaryDirectory.appending(
    path: "batchwise-tests-\(UUID().uuidString)", directoryHint: .isDirectory)

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
  }

  @Test func hasTheBytesThatTensorBoardWrites() throws {
    defer { try? FileManager.default.removeItem(at: url) }
    #expect(!EventFile.exist(in: url))
    let folder = try OutputFolder(url)
    #expect(!EventFile.exist(in: url))
    let file = EventFile(in: folder, at: Date(timeIntervalSince1970: 1_700_000_000.25))
    #expect(!EventFile.exist(in: url))
    try file.add(
      [("loss/training", 0.5), ("loss/validation", nil), ("accuracy", 0.1)], step: 300,
      at: Date(timeIntervalSince1970: 1_700_000_001.5))
    #expect(EventFile.exist(in: url))
    try file.add([("accuracy", 0.2)], step: 301, at: Date(timeIntervalSince1970: 1_700_000_002))
    #expect(try names() == ["events.out.tfevents.1700000000.250000000.batchwise"])
    let bytes = try Data(contentsOf: url.appending(path: names()[0]))
    #expect(bytes.base64EncodedString() == Self.recorded)
  }

  /// TensorBoard reads a run's files in the order of their names.
  @Test func aLaterFileComesLater() throws {
    defer { try? FileManager.default.removeItem(at: url) }
    let folder = try OutputFolder(url)
    for seconds in [1_700_000_010, 1_700_000_009.5, 999_999_999] {
      try EventFile(in: folder, at: Date(timeIntervalSince1970: seconds)).add([], step: 1)
    }
    #expect(
      try names().map { $0.split(separator: ".")[3...4].joined(separator: ".") }
        == ["0999999999.000000000", "1700000009.500000000", "1700000010.000000000"])
  }

  /// The vectors of RFC 3720, appendix B.4, and the usual one.
  private static let vectors: [(bytes: [UInt8], checksum: UInt32)] = [
    (Array("123456789".utf8), 0xE306_9283), ([], 0),
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
  ]

  @Test(arguments: vectors)
  func checksumsAreTheStandards(bytes: [UInt8], checksum: UInt32) {
    #expect(TFRecord.checksum(of: Data(bytes)) == checksum)
  }
}
