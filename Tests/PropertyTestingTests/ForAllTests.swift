import Foundation
import PropertyTesting
import Synchronization
import Testing

@testable import PropertyTesting

/// What a property says of itself when it fails, and that it passes when it holds.
@Suite struct ForAllTests {
  private static let settings = CaseSettings(environment: [:])

  /// Collects the issues of a property that must fail.
  private func issues(_ body: () -> Void) -> [String] {
    let found = Mutex<[String]>([])
    withKnownIssue {
      body()
    } matching: { issue in
      found.withLock { $0.append(issue.comments.map(\.rawValue).joined() + "\(issue.kind)") }
      return true
    }
    return found.withLock { $0 }
  }

  private func corpus(_ files: [String: String]) throws -> Corpus {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    return Corpus(folder: folder)
  }

  @Test(.tags(.property)) func `a property that holds raises no issue`() {
    var asked = 0
    forAll("numbers are numbers", cases: 25, settings: Self.settings) { choices in
      choices.integer(in: 0...9)
    } failure: { number in
      asked += 1
      return (0...9).contains(number) ? nil : "\(number)"
    }
    #expect(asked == 25)
  }

  @Test func theIssueSaysAllThatIsNeeded() throws {
    let found = issues {
      forAll("Sums stay small: always", cases: 100, settings: Self.settings) { choices in
        choices.array(3) { $0.integer(in: 0...100) }
      } failure: { numbers in
        numbers.reduce(0, +) > 150 ? "the sum is \(numbers.reduce(0, +))" : nil
      }
    }
    #expect(found.count == 1, "the first failure is enough")
    let text = try #require(found.first)
    #expect(text.contains("Sums stay small: always: the sum is 151"))
    #expect(text.contains("counterexample: [0, 51, 100]"))
    #expect(text.contains("BATCHWISE_SEED=1 BATCHWISE_FIRST_CASE="))
    #expect(text.contains("swift test --filter 'theIssueSaysAllThatIsNeeded'"))
    #expect(text.contains("add to Corpus/sums-stay-small-always.txt: 0 51 100"))
  }

  /// The line that an issue prints runs the failing case, and no other.
  @Test func theReplayLineRepeatsTheCase() throws {
    func run(_ settings: CaseSettings) -> (issues: [String], first: Int?, asked: Int) {
      var asked: [Int] = []
      let found = issues {
        forAll("rare", cases: 1000, settings: settings) { choices in
          choices.integer(in: 0...99)
        } failure: { number in
          asked.append(number)
          return number == 99 ? "it is 99" : nil
        }
      }
      return (found, asked.first { $0 == 99 }, asked.count)
    }
    let first = run(Self.settings)
    let text = try #require(first.issues.first)
    let environment = text.split(whereSeparator: \.isWhitespace).compactMap { word in
      word.firstIndex(of: "=").map { (String(word[..<$0]), String(word[$0...].dropFirst())) }
    }
    let replay = run(
      CaseSettings(environment: Dictionary(uniqueKeysWithValues: environment)))
    #expect(replay.issues == first.issues)
    #expect(replay.first == 99 && replay.asked < first.asked)
  }

  @Test func anErrorIsAFailure() {
    struct Broken: Error {}
    let thrownByCheck = issues {
      forAll("throws", cases: 3, settings: Self.settings) {
        $0.integer(in: 0...9)
      } failure: { _ in
        throw Broken()
      }
    }
    #expect(thrownByCheck.count == 1 && thrownByCheck[0].contains("threw: Broken()"))
    let thrownByGenerator = issues {
      forAll("throws", cases: 3, settings: Self.settings) { _ in
        throw Broken()
      } failure: { (_: Int) in
        nil
      }
    }
    #expect(thrownByGenerator.count == 1 && thrownByGenerator[0].contains("the generator failed"))
  }

  /// The corpus comes first, and a property whose corpus fails runs no random case.
  @Test func theCorpusIsReplayedFirst() throws {
    let corpus = try corpus(["evens.txt": "# was odd\n4\n7\n"])
    var asked: [Int] = []
    let found = issues {
      forAll("Evens", cases: 5, settings: Self.settings, corpus: corpus) { choices in
        2 * choices.integer(in: 0...9)
      } failure: { number in
        asked.append(number)
        return number == 14 ? "it is 14" : nil
      }
    }
    #expect(asked.prefix(2) == [8, 14])
    #expect(found.count == 1 && found[0].contains("from the corpus"))
    asked = []
    forAll("Evens", cases: 5, settings: Self.settings, corpus: corpus) { choices in
      2 * choices.integer(in: 0...9)
    } failure: { number in
      asked.append(number)
      return nil
    }
    #expect(asked.prefix(2) == [8, 14] && asked.count == 7)
  }

  @Test func aBrokenCorpusIsAnIssue() throws {
    let corpus = try corpus(["evens.txt": "1 two 3\n"])
    let found = issues {
      forAll("evens", cases: 5, settings: Self.settings, corpus: corpus) {
        $0.integer(in: 0...9)
      } failure: { _ in
        nil
      }
    }
    #expect(found.count == 1 && found[0].contains("Corpus/evens.txt: 'two' is no choice"))
  }

  /// Every committed file has lines that can be read, so none is skipped silently.
  @Test func theCommittedCorpusCanBeRead() throws {
    let folder = try #require(Corpus.committedFolder)
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".txt") {
      let name = String(file.dropLast(4))
      #expect(Corpus.fileName(of: name) == file)
      #expect(try !Corpus.committed.cases(of: name).isEmpty, "\(file) has no case")
    }
  }
}
