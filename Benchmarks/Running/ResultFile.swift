import CommandLineTools
import Files
import Foundation

/// A file for results, which is opened before anything is measured.
struct ResultFile {
  private let folder: OutputFolder
  private let name: String

  /// Where it is, without detours.
  var url: URL { folder.url.appending(path: name).standardizedFileURL.resolvingSymlinksInPath() }

  /// Refuses a path, which an option named, where no file can be written.
  init(path: String, option: String) throws(CommandError) {
    let url = URL(filePath: path)
    name = url.lastPathComponent
    var isFolder = ObjCBool(path.hasSuffix("/"))
    if isFolder.boolValue
      || FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        && isFolder.boolValue
    {
      throw .misuse("\(option) '\(path)' is a folder: name a file in it")
    }
    do throws(OutputError) {
      folder = try OutputFolder(url.deletingLastPathComponent())
      try folder.requireReplaceable(name)
    } catch {
      throw .failure("\(option): \(error)")
    }
  }

  /// Writes the file, whole or not at all.
  func write(_ contents: Data) throws(OutputError) {
    try folder.write(contents, as: name)
  }
}
