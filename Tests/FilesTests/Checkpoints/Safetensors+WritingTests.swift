import Foundation
import Testing
@testable import Files

@Suite struct SafetensorsWritingTests {
  private static func entry(_ type: String, _ shape: [Int], _ size: Int) -> Safetensors.Entry {
    Safetensors.Entry(
      type: type, shape: shape, bytes: Data((0..<size).map { UInt8(truncatingIfNeeded: $0 * 7) }))
  }

  /// Built in the given order, which must not matter.
  private static func sample(_ order: some Sequence<Int>) -> Safetensors {
    let entries = [
      ("z", entry("I64", [], 8)), ("a", entry("F32", [3, 2], 24)), ("b", entry("U8", [5], 5)),
      ("c", entry("F16", [1], 2)), ("empty", entry("F32", [0, 4], 0)),
      ("quote\"\\\u{1}\n é🙂/", entry("F32", [1], 4)),
    ]
    let metadata = [
      ("format", "pt"), ("", ""), ("text", "{\"a\": 1}\r\n\t\u{0}\u{7F}\u{2028}"), ("x", "y"),
      ("k", "v"), ("l", "w"),
    ]
    var file = Safetensors()
    for index in order {
      file.entries[entries[index].0] = entries[index].1
      file.metadata[metadata[index].0] = metadata[index].1
    }
    return file
  }

  @Test func filesComeBack() throws {
    for file in [Safetensors(), Self.sample(0..<6), Self.sample(1..<3)] {
      #expect(try Safetensors(file.encoded(), path: "x") == file)
    }
  }

  @Test func equalFilesHaveEqualBytes() {
    let bytes = Self.sample(0..<6).encoded()
    for order in [[5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2], [2, 5, 0, 4, 1, 3]] {
      #expect(Self.sample(order).encoded() == bytes)
    }
  }

  @Test func bytesAreTheFormatsOwn() {
    var file = Safetensors()
    file.entries["w"] = Self.entry("U8", [3], 3)
    file.metadata["k"] = "v"
    let header =
      #"{"__metadata__":{"k":"v"},"w":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#
    let padded = header + String(repeating: " ", count: 80 - header.utf8.count)
    #expect(file.encoded() == Data([80, 0, 0, 0, 0, 0, 0, 0]) + Data(padded.utf8) + [0, 7, 14])
  }

  /// With metadata of every length, the arrays begin at a multiple of 8, and each array at a
  /// multiple of its elements' size.
  @Test(arguments: 0..<9)
  func arraysAreAligned(_ length: Int) throws {
    var file = Self.sample(0..<6)
    file.metadata["length"] = String(repeating: "x", count: length)
    let bytes = file.encoded()
    let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(header % 8 == 0)
    let text = String(decoding: bytes.dropFirst(8).prefix(header), as: UTF8.self)
    let pattern = /"dtype":"(\w+)","shape":\[[\d,]*\],"data_offsets":\[(\d+),/
    let found = try text.matches(of: pattern).map { match in
      (
        size: try #require(Safetensors.elementSizes[String(match.1)]),
        start: try #require(Int(match.2))
      )
    }
    #expect(found.count == 6)
    #expect(found.allSatisfy { $0.start % $0.size == 0 })
  }
}
