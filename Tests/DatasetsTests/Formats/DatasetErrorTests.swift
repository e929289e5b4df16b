import Testing
import TrainingCore

@testable import Datasets

/// Messages are for people: one line that says what, where and what to do.
@Suite struct DatasetErrorTests {
  @Test func aMessageNamesFileOffsetAndExpectation() {
    #expect(
      DatasetError("a", at: .byte(16), .truncated(part: "elements", expected: 6, found: 5))
        .description == "a: at byte 16: truncated: 6 bytes of elements expected, found 5")
    #expect(
      DatasetError("a.gz", at: .unpackedByte(0), .wrongMagic(found: [0x89, 0x05])).description
        == "a.gz: at unpacked byte 0: not an IDX file: expected 00 00 and a type, found 89 05")
    #expect(
      DatasetError("a", at: .byte(9), .labelOutOfRange(12, classCount: 10)).description
        == "a: at byte 9: label 12 is out of range: 10 classes, so 0 to 9 expected")
  }

  @Test(
    arguments: [
      .unreadable(reason: "reason"), .notAFile(found: "a folder"), .noSuchFolder, .notAFolder,
      .missingFile(stem: "file"), .corruptGzip(reason: "reason"), .truncatedGzip, .garbageAfterGzip,
      .wrongMagic(found: []), .unknownType(1), .unsupportedType(9, name: "signed bytes"),
      .extentsOverflow([1, 2]), .extentsExceedFile([1, 2], expected: 2, atMost: 1),
      .truncated(part: "header", expected: 4, found: 0), .trailingBytes(expected: 1),
      .wrongDimensions(expected: "N", found: []), .empty([0]),
      .countsDisagree(labels: 1, images: 2),
      .shapesDisagree(
        training: ImageShape(height: 1, width: 2), test: ImageShape(height: 2, width: 1)),
      .labelOutOfRange(3, classCount: 2), .impossibleClassCount(1),
      .severalDatasets(["a", "b"]), .unusable(reason: "what is wrong"),
      .notInstalled(package: "package", folder: "folder"),
      .embeddedDataMissing(environmentVariable: "VARIABLE"),
      .unknownName(known: ["a", "b"], nearest: nil),
    ] as [DatasetError.Problem])
  func everyMessageIsOneLine(problem: DatasetError.Problem) {
    let text = DatasetError("path", problem).description
    #expect(text.hasPrefix("path: "))
    #expect(text.count > 15 && !text.contains { $0.isNewline })
  }
}
