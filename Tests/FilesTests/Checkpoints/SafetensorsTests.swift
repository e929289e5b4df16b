import Foundation
import Testing
@testable import Files

/// What the format allows, and how a file is opened.
@Suite struct SafetensorsReadingTests {
  private static func t(_ shape: String, _ offsets: String, type: String = "F32") -> String {
    RawSafetensors.tensor(shape, offsets, type: type)
  }

  @Test func takesWhatTheFormatAllows() throws {
    let header = """
      {"b" :\t{"shape":[ 2 , 1 ],"dtype":"F32","data_offsets":[1,9]},\n\r
      "a":{"data_offsets":[0,1],"dtype":"BOOL","shape":[]}, "empty":\
      \(Self.t("[3,0]", "[9,9]", type: "F64")),"wide":\(Self.t("[4611686018427387904,0]", "[9,9]")),
      "__metadata__":{"k\\u00e9\\n":"v\\"\\\\\\ud83d\\ude42"}}  \n
      """
    let file = try Safetensors(RawSafetensors.file(header, bytes: 9), path: "x")
    #expect(file.metadata == ["ké\n": "v\"\\🙂"])
    #expect(file.entries.keys.sorted() == ["a", "b", "empty", "wide"])
    #expect(file.entries["a"] == Safetensors.Entry(type: "BOOL", shape: [], bytes: Data([0])))
    #expect(file.entries["b"]?.bytes == Data(1...8))
    #expect(file.entries["b"]?.shape == [2, 1])
    #expect(file.entries["empty"] == Safetensors.Entry(type: "F64", shape: [3, 0], bytes: Data()))
    #expect(try Safetensors(RawSafetensors.file("{}"), path: "x") == Safetensors())
  }

  /// What the specification leaves open is read as the reference implementation reads it: no metadata
  /// for `null`, and fields that it doesn't know passed over, whatever they are.
  @Test func takesWhatTheFormatLeavesOpen() throws {
    let nothing = #"{"__metadata__": null,"a":\#(Self.t("[1]", "[0,4]"))}"#
    let plain = try Safetensors(RawSafetensors.file(nothing, bytes: 4), path: "x")
    #expect(plain.metadata.isEmpty && plain.entries["a"]?.bytes == Data(0..<4))
    for value in [
      "1", "-1.5e-3", "null", "true", "false", #""a]}\"""#, "[]", "[ 1 , [ ] , {}]",
      #"{"a":{"b":[null]}}"#,
    ] {
      let field = Self.t("[1]", #"[0,4],"stride": \#(value) "#)
      let file = try Safetensors(RawSafetensors.file("{\"a\":\(field)}", bytes: 4), path: "x")
      #expect(file.entries == plain.entries, "\(value)")
    }
  }

  /// A part of a larger buffer has indices that don't begin at zero.
  @Test func takesAPartOfABuffer() throws {
    let file = RawSafetensors.file("{\"a\":\(Self.t("[1]", "[0,4]"))}", bytes: 4)
    let part = (Data([9, 9, 9]) + file + Data([9])).dropFirst(3).dropLast()
    #expect(part.startIndex == 3)
    #expect(try Safetensors(part, path: "x") == Safetensors(file, path: "x"))
    #expect(try Safetensors(part, path: "x").entries["a"]?.bytes == Data(0..<4))
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let folder = FileManager.default.temporaryDirectory
    let missing = folder.appending(path: "absent-\(UUID().uuidString)").path
    #expect(throws: FileError(path: missing, problem: "there is no such file")) {
      try Safetensors(contentsOf: missing)
    }
    let unreadable = "it can't be read; is it a file that you may read?"
    for path in [folder.path, "/dev/zero"] {
      #expect(throws: FileError(path: path, problem: unreadable)) {
        try Safetensors(contentsOf: path)
      }
    }
  }

  @Test func readsThroughALink() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try RawSafetensors.file("{}").write(to: folder.appending(path: "file"))
    let link = folder.appending(path: "link")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: folder.appending(path: "file"))
    #expect(try Safetensors(contentsOf: link.path) == Safetensors())
  }

  /// What a file says about itself neither moves the cursor nor fills the screen.
  @Test func errorsAreOneShortLine() throws {
    for name in ["a\\n\\u001b[2J", String(repeating: "e\u{301}", count: 100_000)] {
      let header = "{\"\(name)\":\(Self.t("[2]", "[0,4]"))}"
      let error = #expect(throws: FileError.self) {
        try Safetensors(RawSafetensors.file(header, bytes: 4), path: "some file")
      }
      let text = try #require(error?.description)
      #expect(text.hasPrefix("some file: tensor '"))
      #expect(text.unicodeScalars.count < 500)
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
  }
}

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
