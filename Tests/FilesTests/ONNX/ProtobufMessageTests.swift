import Foundation
import Testing
@testable import Files

/// Bytes as protobuf's documentation has them ("Encoding", protobuf.dev), or worked out from its rules.
@Suite struct ProtobufMessageTests {
  private func bytes(_ build: (inout ProtobufMessage) -> Void) -> [UInt8] {
    Array(ProtobufMessage(build).bytes)
  }

  /// Tag, then seven bits a byte; the documentation's own are 150 and −2.
  @Test(
    arguments: [
      (1, 150, [0x08, 0x96, 0x01]), (1, 0, [0x08, 0x00]), (2, 127, [0x10, 0x7F]),
      (2, 128, [0x10, 0x80, 0x01]), (15, 1, [0x78, 0x01]), (16, 1, [0x80, 0x01, 0x01]),
      (20, 7, [0xA0, 0x01, 0x07]),
      (1, -2, [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
      (1, .max, [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
    ] as [(Int, Int, [UInt8])])
  func integers(field: Int, number: Int, expected: [UInt8]) {
    #expect(bytes { $0.add(field, number) } == expected)
  }

  @Test func floatsAreFourBytes() {
    #expect(bytes { $0.add(2, Float(1)) } == [0x15, 0x00, 0x00, 0x80, 0x3F])
    #expect(bytes { $0.add(2, Float(-0.0)) } == [0x15, 0x00, 0x00, 0x00, 0x80])
  }

  @Test func textAndDataFollowTheirLength() {
    #expect(
      bytes { $0.add(2, "testing") } == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
    #expect(bytes { $0.add(3, "é") } == [0x1A, 0x02, 0xC3, 0xA9])
    #expect(bytes { $0.add(1, "") } == [0x0A, 0x00])
    let long = Data(repeating: 9, count: 300)
    #expect(bytes { $0.add(9, long) } == [0x4A, 0xAC, 0x02] + Array(long))
  }

  @Test func messagesNest() {
    #expect(bytes { $0.add(3) { $0.add(1, 150) } } == [0x1A, 0x03, 0x08, 0x96, 0x01])
    #expect(bytes { $0.add(3) { _ in } } == [0x1A, 0x00])
    #expect(bytes { message in for n in [1, 2] { message.add(8, n) } } == [0x40, 1, 0x40, 2])
  }
}
