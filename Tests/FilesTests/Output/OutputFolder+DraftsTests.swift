import Foundation
import Testing
@testable import Files

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
