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
    #expect(throws: SafetensorsError(path: missing, problem: "there is no such file")) {
      try Safetensors(contentsOf: missing)
    }
    let unreadable = "it can't be read; is it a file that you may read?"
    for path in [folder.path, "/dev/zero"] {
      #expect(throws: SafetensorsError(path: path, problem: unreadable)) {
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
      let error = #expect(throws: SafetensorsError.self) {
        try Safetensors(RawSafetensors.file(header, bytes: 4), path: "some file")
      }
      let text = try #require(error?.description)
      #expect(text.hasPrefix("some file: tensor '"))
      #expect(text.unicodeScalars.count < 500)
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
  }
}
