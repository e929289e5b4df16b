import Foundation

extension Safetensors {
  /// Reads the files that an index names, as Hugging Face's libraries write large models: JSON whose
  /// `weight_map` says for each tensor which file beside it has it.
  ///
  /// The files' tensors are just those of the index, each in its file; their metadata is left out.
  init(index path: String) throws(FileError) {
    var files: [String: String] = [:]
    do {
      var scanner = JSONScanner(try Self.bytes(of: path))
      try scanner.object { (key, scanner) throws(SafetensorsHeader.Failure) in
        if key == "weight_map" {
          files = try scanner.strings(key)
        } else {
          try scanner.skipValue()
        }
      }
    } catch let error as SafetensorsHeader.Failure {
      throw FileError(path: path, problem: "its JSON is damaged: \(error.problem)")
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path: path, problem: "\(error)")
    }
    self.init()
    guard !files.isEmpty else {
      throw FileError(
        path: path,
        problem: "it has no weight_map: name a .safetensors file, or the .index.json of several")
    }
    let folder = URL(filePath: path).deletingLastPathComponent()
    for shard in Set(files.values).sorted() {
      guard !shard.contains("/") else {
        throw FileError(
          path: path, problem: "it names '\(shard)', but its files have to lie beside it")
      }
      let file = folder.appending(path: shard).relativePath
      for (name, entry) in try Safetensors(Self.bytes(of: file), path: file).entries {
        guard files[name] == shard else {
          throw FileError(path: file, problem: "tensor '\(name)' isn't here by the index")
        }
        entries[name] = entry
      }
    }
    if let name = files.keys.filter({ entries[$0] == nil }).min() {
      throw FileError(
        path: path, problem: "tensor '\(name)' is missing in \(files[name] ?? "its file")")
    }
  }
}
