import Foundation

/// The folder that a data set's files are in, and what their names begin with.
struct DatasetFolder: Hashable, CustomStringConvertible {
  let path: String
  /// What comes before MNIST's names, such as `emnist-letters-`; usually nothing.
  var prefix = ""

  /// The path by which `--data` finds the data set: the folder and, where there is one, the prefix.
  var description: String { prefix.isEmpty ? path : Self.join(path, String(prefix.dropLast())) }

  /// Finds the data set that a path names.
  ///
  /// That is a folder with the files, or one with a single data set below it, as `MNIST/raw` is
  /// below what torchvision downloads to; or a folder and the prefix of one data set among several
  /// in it, as in `gzip/emnist-letters`. A folder without any is returned as it is.
  static func locate(_ path: String) throws(DatasetError) -> DatasetFolder {
    let files = FileManager.default
    guard files.fileExists(atPath: path) else {
      let url = URL(fileURLWithPath: path)
      let parent = url.deletingLastPathComponent().path
      let one = sets(in: parent).first { $0.prefix.dropLast() == url.lastPathComponent }
      guard let one else { throw DatasetError(path, .noSuchFolder) }
      return one
    }
    guard isFolder(path) else { throw DatasetError(path, .notAFolder) }
    guard files.isExecutableFile(atPath: path) else {
      throw DatasetError(path, .unreadable(reason: "no permission to look into this folder"))
    }
    var found = sets(in: path)
    if found.isEmpty {
      found = contents(of: path).map { join(path, $0) }
        .flatMap { [$0, join($0, "raw")] }.flatMap { sets(in: $0) }
    }
    guard found.count <= 1 else {
      throw DatasetError(path, .severalDatasets(found.map(\.description)))
    }
    return found.first ?? DatasetFolder(path: path)
  }

  /// The data sets in a folder itself: one of CIFAR's, or one for each prefix of IDX files.
  ///
  /// Where there are files without a prefix, others are left alone.
  static func sets(in path: String) -> [DatasetFolder] {
    let names = DatasetFile.allCases.flatMap(\.names).flatMap { [$0, $0 + ".gz"] }
    let prefixes = contents(of: path).flatMap { file in
      names.filter { file.hasSuffix($0) }.map { String(file.dropLast($0.count)) }
        .filter { $0.isEmpty || $0.hasSuffix("-") }
    }
    let here = DatasetFolder(path: path)
    if prefixes.contains("") || prefixes.isEmpty && CIFAR.recognised(in: here) != nil {
      return [here]
    }
    return Set(prefixes).sorted().map { DatasetFolder(path: path, prefix: $0) }
  }

  /// Finds a file under one of its names, the preferred first, without or with `.gz`.
  ///
  /// A file comes before a folder of a preferred name: some archives pack each file into one.
  func find(_ names: [String]) -> String? {
    let there = names.flatMap { [$0, $0 + ".gz"] }.map { Self.join(path, prefix + $0) }
      .filter { FileManager.default.fileExists(atPath: $0) }
    return there.first { !Self.isFolder($0) } ?? there.first
  }

  /// Finds a file that must be there; where it isn't, the preferred name is reported.
  func require(_ names: [String]) throws(DatasetError) -> String {
    guard let found = find(names) else {
      throw DatasetError(path, .missingFile(stem: prefix + names[0]))
    }
    return found
  }

  private static func contents(of path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  private static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}
