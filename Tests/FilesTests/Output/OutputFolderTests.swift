import Foundation
import Testing
@testable import Files

@Suite final class OutputFolderTests {
  private let root = FileManager.default.temporaryDirectory
    .appending(path: "OutputFolderTests-\(UUID().uuidString)")

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func createsFoldersAndWritesFiles() throws {
    let folder = try OutputFolder(root.appending(path: "a/b"))
    #expect(try names(in: folder.url).isEmpty)
    let file = try folder.write("één\n", as: "report.html")
    try folder.write(Data(), as: "empty.csv")
    #expect(try names(in: folder.url) == ["empty.csv", "report.html"])
    #expect(try String(contentsOf: file, encoding: .utf8) == "één\n")
  }

  @Test func replacesWholeFiles() throws {
    let folder = try OutputFolder(root)
    let file = try folder.write(Data(repeating: 1, count: 300_000), as: "results.json")
    try OutputFolder(root).write(Data([2, 3]), as: "results.json")
    #expect(try Data(contentsOf: file) == Data([2, 3]))
    #expect(try names(in: root) == ["results.json"])
  }

  /// Files that belong together are all new or all old.
  @Test func writesTogetherOrNotAtAll() throws {
    let folder = try OutputFolder(root)
    try folder.write([("a", Data([1])), ("b", Data([2]))])
    _ = try OutputFolder(root.appending(path: "c"))
    for bad in ["c", "d/e", ""] {
      #expect(throws: OutputError.self) {
        try folder.write([("a", Data([3])), ("b", Data([4])), (bad, Data([5]))])
      }
      #expect(try Data(contentsOf: root.appending(path: "a")) == Data([1]))
      #expect(try Data(contentsOf: root.appending(path: "b")) == Data([2]))
      #expect(try names(in: root) == ["a", "b", "c"])
    }
  }

  @Test func refusesAFileInPlaceOfAFolder() throws {
    try OutputFolder(root).write("x", as: "file")
    for path in ["file", "file/below"] {
      let error = #expect(throws: OutputError.self) {
        try OutputFolder(self.root.appending(path: path))
      }
      #expect(error?.description.hasPrefix("cannot create the folder \(root.path)/file") == true)
      #expect(error?.description.contains("choose another folder") == true)
    }
  }

  @Test func leavesNothingBehindWhenAFileCannotBeReplaced() throws {
    let folder = try OutputFolder(root)
    _ = try OutputFolder(root.appending(path: "report.html"))
    let error = #expect(throws: OutputError.self) { try folder.write("x", as: "report.html") }
    #expect(error == .notAFile(path: "\(root.path)/report.html"))
    #expect(try names(in: root) == ["report.html"])
  }

  /// A pipe, a link and what it leads to stay as they are.
  @Test func replacesNothingButFiles() throws {
    let folder = try OutputFolder(root)
    let kept = try folder.write("kept", as: "kept")
    let (pipe, link) = (root.appending(path: "pipe"), root.appending(path: "link"))
    #expect(mkfifo(pipe.path, 0o600) == 0)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: kept)
    for place in [pipe, link] {
      #expect(throws: OutputError.notAFile(path: place.path)) {
        try folder.write("lost", as: place.lastPathComponent)
      }
      #expect(throws: OutputError.notAFile(path: place.path)) {
        try folder.requireReplaceable(place.lastPathComponent)
      }
    }
    try folder.requireReplaceable("kept")
    try folder.requireReplaceable("new")
    #expect(try String(contentsOf: link, encoding: .utf8) == "kept")
    #expect(try names(in: root) == ["kept", "link", "pipe"])
  }

  @Test func reportsAFolderThatIsGone() throws {
    let folder = try OutputFolder(root)
    try FileManager.default.removeItem(at: root)
    #expect(
      throws: OutputError.system(
        action: "write", path: root.appending(path: "results.csv").path, code: ENOENT)
    ) { try folder.write("x", as: "results.csv") }
  }

  @Test(arguments: [0, 1, 4096, 3_000_000])
  func provesSpaceAndLeavesNothing(count: Int) throws {
    let folder = try OutputFolder(root)
    try folder.write("old", as: "file")
    try folder.requireSpace(forBytes: count)
    #expect(try names(in: root) == ["file"])
  }

  @Test func provesSpaceInItsOwnFolder() throws {
    let folder = try OutputFolder(root)
    try FileManager.default.removeItem(at: root)
    #expect(throws: OutputError.system(action: "write", path: root.path, code: ENOENT)) {
      try folder.requireSpace(forBytes: 1)
    }
  }

  @Test(arguments: ["", ".", "..", "../x", "a/b", "/etc/x", "a\0b"])
  func refusesNamesWithAFolder(name: String) throws {
    let folder = try OutputFolder(root)
    #expect(throws: OutputError.invalidFileName(name)) { try folder.write("x", as: name) }
    #expect(try names(in: root).isEmpty)
  }
}

@Suite final class OutputFolderDraftsTests {
  private let root = FileManager.default.temporaryDirectory
    .appending(path: "OutputFolderDraftsTests-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: root) }

  private func create(_ name: String, secondsAgo age: Int) throws {
    let path = root.appending(path: name).path
    try Data("x".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -Double(age))], ofItemAtPath: path)
  }

  private func names() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: root.path))
  }

  /// Only what is surely a draft, and surely nobody's, is removed.
  @Test func removesStaleDraftsAndNothingElse() throws {
    let folder = try OutputFolder(root)
    let old = 2 * OutputFolder.staleAge
    let stale = folder.newDraft().lastPathComponent
    let fresh = folder.newDraft().lastPathComponent
    let id = UUID().uuidString
    let others = [
      "checkpoint.safetensors", ".\(id).tmp", ".batchwise-\(id)", "batchwise-\(id).tmp",
      ".batchwise-.tmp", ".batchwise-\(id.dropLast()).tmp", ".batchwise-\(id).tmp.tmp",
    ]
    try create(stale, secondsAgo: old)
    try create(fresh, secondsAgo: OutputFolder.staleAge / 2)
    for name in others { try create(name, secondsAgo: old) }
    let inner = folder.newDraft().lastPathComponent
    _ = try OutputFolder(root.appending(path: inner))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -Double(old))],
      ofItemAtPath: root.appending(path: inner).path)
    #expect(try names().contains(stale))
    _ = try OutputFolder(root)
    #expect(try names() == Set(others + [fresh, inner]))
  }

  /// What is written goes through such a draft, so that a killed process leaves nothing else.
  @Test func draftsAreRecognised() throws {
    let folder = try OutputFolder(root)
    let drafts = (0..<3).map { _ in folder.newDraft().lastPathComponent }
    #expect(Set(drafts).count == 3)
    for draft in drafts { try create(draft, secondsAgo: 2 * OutputFolder.staleAge) }
    folder.removeStaleDrafts()
    #expect(try names().isEmpty)
  }
}
