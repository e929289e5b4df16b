import Foundation
import Testing

/// The list of mutants fits the sources: it can't rot unnoticed, though the mutants themselves are
/// run only when asked for.
@Suite struct MutantListTests {
  @Test func thereAreManyAndAllAreDifferent() {
    #expect(Mutant.all.count >= 60)
    #expect(Set(Mutant.all.map(\.description)).count == Mutant.all.count)
    #expect(
      Set(Mutant.all.map { "\($0.file) \($0.original) \($0.replacement)" }).count
        == Mutant.all.count)
  }

  @Test(arguments: Mutant.all)
  func theOriginalIsThereOnce(_ mutant: Mutant) throws {
    let file = Repository.root.appending(path: "Sources/ReferenceTraining/\(mutant.file)")
    let source = try String(contentsOf: file, encoding: .utf8)
    let changed = try #require(mutant.applied(to: source), "\(mutant.file): \(mutant.original)")
    #expect(changed != source)
  }

  @Test func aTextThatIsThereTwiceIsRefused() {
    let mutant = Mutant(file: "", description: "", original: "ab", replacement: "c")
    #expect(mutant.applied(to: "xaby") == "xcy")
    #expect(mutant.applied(to: "ab ab") == nil)
    #expect(mutant.applied(to: "ba") == nil)
  }

  /// The committed table is of the mutants as they are.
  @Test func theTableHasAllMutants() throws {
    let table = try String(contentsOf: Repository.results, encoding: .utf8)
    let described = table.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("| "), !line.hasPrefix("| mutant"), !line.hasPrefix("| ---") else {
        return nil
      }
      return line.dropFirst(2).components(separatedBy: " | ").first
    }
    #expect(described == Mutant.all.map(\.description))
  }
}

/// Where things are in the repository.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let results = root.appending(path: "Tests/MutantTests/Results.md")
}
