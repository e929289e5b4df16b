import Foundation

/// A way in which the reference trainer can be wrong: its gradient, or its step.
///
/// The files in `Variants` have the bodies of some of its functions once more, each with wrong variants
/// beside what is right: `variant("no gradient goes back") ? .zero : gradient`. All of them are compiled
/// at once; which one is followed is said when the program runs. They have no key paths in them: what has
/// one isn't specialised in other modules, and the run then takes four times as long.
struct Mutant: Codable, Hashable, Sendable {
  /// What is wrong, in one line.
  let name: String

  /// All mutants, in the order of the files and within each from top to bottom.
  static var all: [Mutant] {
    get throws { try VariantFile.all.flatMap(\.names).map { Mutant(name: $0) } }
  }
}

/// A file with bodies of functions of one file of the reference trainer.
struct VariantFile {
  /// The same in `Variants` and in `Sources/ReferenceTraining`.
  let path: String
  /// The functions that take the place of the trainer's.
  let replacements: [FunctionText]
  /// The names of all variants.
  let names: [String]

  /// What keeps a file from being put into the trainer.
  enum Fault: Error, Equatable {
    /// The trainer has the function so many times, which must be once.
    case isThere(times: Int, function: String)
    /// A function without a variant, which needn't be replaced.
    case hasNoVariant(function: String)
    /// Variants that belong to no function.
    case outsideOfFunctions(path: String)
  }

  /// Reads the functions of a file.
  init(path: String, text: String) throws(Fault) {
    self.path = path
    let source = SwiftText(text)
    replacements = source.functions
    names = Self.names(in: text)
    for function in replacements where Self.names(in: function.body).isEmpty {
      throw .hasNoVariant(function: function.name)
    }
    if replacements.flatMap({ Self.names(in: $0.body) }) != names {
      throw .outsideOfFunctions(path: path)
    }
  }

  /// All files, by their paths.
  static var all: [VariantFile] {
    get throws {
      try Repository.swiftFiles(in: Repository.variants).map {
        try VariantFile(path: $0.path, text: $0.text)
      }
    }
  }

  /// A file of the trainer with this file's bodies in the place of its own.
  func applied(to text: String) throws(Fault) -> String {
    var text = text
    for replacement in replacements {
      let found = SwiftText(text).functions.filter { $0.name == replacement.name }
      guard found.count == 1 else {
        throw .isThere(times: found.count, function: "\(path): \(replacement.name)")
      }
      text.replaceSubrange(found[0].range, with: replacement.body)
    }
    return text
  }

  private static func names(in text: String) -> [String] {
    text.matches(of: #/\bvariant\(\s*"([^"]+)"\s*\)/#).map { String($0.output.1) }
  }
}

/// Where things are in the repository.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let trainer = root.appending(path: "Sources/ReferenceTraining")
  static let variants = root.appending(path: "Tests/MutantTests/Variants")
  static let results = root.appending(path: "Tests/MutantTests/Results.md")

  /// The Swift files of a folder and of those in it, by their paths.
  static func swiftFiles(in folder: URL) throws -> [(path: String, text: String)] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(".swift") }.map { path in
        (path, try String(contentsOf: folder.appending(path: path), encoding: .utf8))
      }
  }
}
