import Files
import Foundation

/// A file for results that an option names, opened before there is anything to write.
package struct ResultFile {
  private let folder: OutputFolder
  private let name: String

  /// The file's standardised URL, symbolic links resolved.
  package var url: URL {
    folder.url.appending(path: name).standardizedFileURL.resolvingSymlinksInPath()
  }

  /// Refuses a path, which an option named, where no file can be written.
  package init(path: String, option: String) throws(CommandError) {
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
  package func write(_ contents: Data) throws(OutputError) { try folder.write(contents, as: name) }
}
