import Testing

@testable import Datasets

@Suite struct IDXArrayTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ file: [UInt8]) throws -> IDXArray {
    try IDXArray(contentsOfFile: folder.write(file))
  }

  private func error(_ file: [UInt8]) -> DatasetError? {
    #expect(throws: DatasetError.self) { try read(file) }
  }

  @Test(arguments: [[], [3], [2, 3], [2, 3, 4], [2, 1, 2, 3], [1, 2, 1, 2, 1, 2]])
  func anyNumberOfDimensions(extents: [Int]) throws {
    let elements = noise(extents.reduce(1, *))
    for file in [idx(extents, elements), gzip(idx(extents, elements))] {
      let array = try read(file)
      #expect(array.extents == extents)
      #expect(array.elements == elements)
    }
  }

  @Test func extentsAreBigEndian() throws {
    let array = try read([0, 0, 8, 2, 0, 0, 1, 2, 0, 0, 0, 1] + noise(258))
    #expect(array.extents == [258, 1])
  }

  @Test func aZeroExtentHasNoElements() throws {
    let many = 0xffff_ffff
    #expect(try read(idx([many, many, many, 0], [])).elements.isEmpty)
  }

  @Test func otherFilesAreRecognised() {
    let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47]
    #expect(error(png)?.problem == .wrongMagic(found: png))
    #expect(error([0, 1, 8, 1])?.problem == .wrongMagic(found: [0, 1, 8, 1]))
    #expect(error([0, 0, 0x0d, 1])?.problem == .unsupportedType(0x0d, name: "32-bit floats"))
    #expect(error([0, 0, 0x0a, 1])?.problem == .unknownType(0x0a))
    #expect(error([0, 0, 0x0a, 1])?.position == .byte(2))
    #expect(error(gzip([0, 0, 0x0a, 1]))?.position == .unpackedByte(2))
    #expect(error([])?.problem == .truncated(part: "header", expected: 4, found: 0))
  }

  @Test func tooManyAndTooFewElementsAreFound() {
    let short = error(idx([2, 3], noise(5)))
    #expect(short?.problem == .truncated(part: "elements", expected: 6, found: 5))
    #expect(short?.position == .byte(17))
    #expect(
      error(gzip(idx([2, 3], noise(5))))?.problem
        == .truncated(part: "elements", expected: 6, found: 5))
    let long = error(idx([2, 3], noise(7)))
    #expect(long?.problem == .trailingBytes(expected: 6))
    #expect(long?.position == .byte(18))
    #expect(error(gzip(idx([2, 3], noise(7))))?.position == .unpackedByte(18))
    #expect(
      error([0, 0, 8, 3, 0, 0])?.problem == .truncated(part: "header", expected: 12, found: 2))
  }

  @Test func headersThatPromiseTooMuchAreFound() {
    let many = 0xffff_ffff
    #expect(
      error(idx([many, many, many], []))?.problem == .extentsOverflow([many, many, many]))
    #expect(
      error(idx([many, many / 2], [1]))?.problem
        == .truncated(part: "elements", expected: many * (many / 2), found: 1))
    let packed = gzip(idx([1 << 20, 1 << 20], [1]))
    #expect(
      error(packed)?.problem
        == .extentsExceedFile(
          [1 << 20, 1 << 20], expected: 1 << 40, atMost: packed.count * 1032))
  }

  /// What deflate packs best unpacks to less than the reader's bound, and to nearly as much.
  @Test func theBoundOnExpansionHolds() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 22)
    let packed = gzip(idx([zeros.count], zeros))
    #expect(try read(packed).elements == zeros)
    #expect(zeros.count < packed.count * GzipReader.largestExpansion)
    #expect(zeros.count > packed.count * GzipReader.largestExpansion * 9 / 10)
  }

  /// A small gzip file of many zeros after a header of one element is left after that one.
  @Test func whatTheHeaderDoesNotPromiseIsNotUnpacked() {
    let zeros = [UInt8](repeating: 0, count: 1 << 22)
    #expect(error(gzip(idx([1], zeros)))?.problem == .trailingBytes(expected: 1))
  }

  @Test func aSoundHeaderDoesNotReserveWhatAFileDoesNotHold() {
    // 2⁶³ − 2³² bytes: reserved ahead, they would end the process.
    #expect(
      error(idx([0x7fff_ffff, 1 << 31, 2], [1]))?.problem
        == .truncated(part: "elements", expected: 0x7fff_ffff << 32, found: 1))
  }
}
