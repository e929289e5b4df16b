import Foundation

/// Cases that failed once, which are run before all others: a file of choices for each property.
///
/// A line is a case, its choices separated by spaces; a line that begins with # says what was
/// wrong.
public struct Corpus: Sendable {
  private let folder: URL?

  /// The corpus in a folder.
  ///
  /// - Parameter folder: The folder, or nil for an empty corpus.
  public init(folder: URL?) { self.folder = folder }

  /// The folder of the committed corpus.
  static let committedFolder = Bundle.module.url(forResource: "Corpus", withExtension: nil)

  /// The committed corpus.
  public static let committed = Corpus(folder: committedFolder)

  /// The name of a property's file: the property's name in letters, digits and hyphens.
  static func fileName(of property: String) -> String {
    let words = property.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.joined(separator: "-") + ".txt"
  }

  /// The cases of a property.
  ///
  /// - Parameter property: The property's name.
  /// - Returns: The choices of each case; none where there is no file.
  /// - Throws: `CorpusError` for a line that isn't numbers.
  func cases(of property: String) throws -> [[UInt64]] {
    let name = Self.fileName(of: property)
    guard let file = folder?.appendingPathComponent(name),
      let text = try? String(contentsOf: file, encoding: .utf8)
    else { return [] }
    return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      try line.split(separator: " ").map { word in
        guard let choice = UInt64(word) else { throw CorpusError(file: name, word: String(word)) }
        return choice
      }
    }
  }
}

/// A corpus file that doesn't hold choices.
struct CorpusError: Error, CustomStringConvertible {
  let file: String
  let word: String

  var description: String { "Corpus/\(file): '\(word)' is no choice: whole numbers expected" }
}
