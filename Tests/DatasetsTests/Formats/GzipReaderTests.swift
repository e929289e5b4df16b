import Testing

@testable import Datasets

@Suite struct GzipReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The whole content, read in pieces of the given size.
  private func content(_ file: [UInt8], piece: Int = 1 << 20) throws -> [UInt8] {
    var reader = try GzipReader(path: try folder.write(file))
    var bytes: [UInt8] = []
    while true {
      let next = try reader.read(atMost: piece)
      bytes += next
      if next.count < piece { return bytes }
    }
  }

  /// The error of reading the whole content.
  private func problem(_ file: [UInt8]) -> DatasetError? {
    #expect(throws: DatasetError.self) { try content(file) }
  }

  /// Sizes around the reader's chunk, which is 2¹⁶.
  @Test(arguments: [0, 1, 2, 65_535, 65_536, 65_537, 200_000], [1009, 1 << 20])
  func plainAndPackedContentIsTheSame(count: Int, piece: Int) throws {
    let bytes = noise(count)
    #expect(try content(bytes, piece: piece) == bytes)
    #expect(try content(gzip(bytes), piece: piece) == bytes)
  }

  @Test(arguments: [0, 1, 70_000])
  func membersAreJoined(count: Int) throws {
    let bytes = noise(count)
    #expect(try content(gzip(bytes) + gzip([]) + gzip([7, 8]), piece: 3) == bytes + [7, 8])
  }

  @Test func aLimitLeavesTheRestUnread() throws {
    var reader = try GzipReader(path: try folder.write(gzip([1, 2, 3])))
    #expect(try reader.read(atMost: 2) == [1, 2])
    #expect(try reader.read(atMost: 2) == [3])
  }

  /// Of the trailer's eight bytes, the first four are the checksum, the others the length.
  @Test(arguments: 1...8)
  func wrongTrailersAreFound(fromEnd: Int) throws {
    var file = gzip(noise(100))
    file[file.count - fromEnd] ^= 1
    let reason = fromEnd > 4 ? "incorrect data check" : "incorrect length check"
    #expect(problem(file)?.problem == .corruptGzip(reason: reason))
  }

  @Test(arguments: [[0], [0x1f], [0x1f, 0x8c], [0, 0, 0, 0]] as [[UInt8]])
  func whatFollowsTheStreamIsFound(garbage: [UInt8]) throws {
    let file = gzip([1, 2, 3])
    let error = problem(file + garbage)
    #expect(error?.problem == .garbageAfterGzip)
    #expect(error?.position == .byte(file.count))
  }

  @Test func truncationIsFoundInEveryMember() throws {
    let member = gzip(noise(50))
    for kept in 2..<member.count {
      let first = problem(Array(member.prefix(kept)))
      #expect(first?.problem == .truncatedGzip)
      #expect(first?.position == .byte(kept))
      #expect(problem(member + member.prefix(kept))?.problem == .truncatedGzip)
    }
  }

  @Test func whatIsNoFileIsNotOpened() throws {
    let missing = #expect(throws: DatasetError.self) { try GzipReader(path: "/no/such/file").path }
    #expect(missing?.description == "/no/such/file: can't be read: No such file or directory")
    let found = #expect(throws: DatasetError.self) { try GzipReader(path: folder.path).path }
    #expect(found?.problem == .notAFile(found: "a folder"))
    let device = #expect(throws: DatasetError.self) { try GzipReader(path: "/dev/null").path }
    #expect(device?.problem == .notAFile(found: "neither file nor folder"))
  }
}
