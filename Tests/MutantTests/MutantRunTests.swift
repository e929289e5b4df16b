import Foundation
import Testing

/// Every mutant is killed by an oracle.
///
/// It builds the reference trainer once for each mutant, so it runs only when asked for, with
/// `BATCHWISE_MUTANTS=1`, and takes some twenty minutes. It goes on where an interrupted run was.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["BATCHWISE_MUTANTS"] == "1",
    "set BATCHWISE_MUTANTS=1 to run it"))
struct MutantRunTests {
  @Test func everyMutantIsKilled() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "batchwise-mutants")
    let package = try MutantPackage(in: folder)
    var results = MutantResults(
      file: folder.appending(path: "verdicts-\(try MutantPackage.fingerprint()).json"))
    try #require(try package.verdict(on: nil).killers == [], "the trainer as it is must pass")
    for (number, mutant) in Mutant.all.enumerated() where results[mutant] == nil {
      do {
        try results.record(package.verdict(on: mutant), on: mutant)
      } catch {
        Issue.record(error, "\(mutant.description)")
      }
      print("\(number + 1) of \(Mutant.all.count): \(mutant.description)")
    }
    for mutant in Mutant.all {
      #expect(results[mutant]?.isKilled == true, "\(mutant.file): \(mutant.description)")
    }
    guard Mutant.all.allSatisfy({ results[$0] != nil }) else { return }
    try results.table(of: Mutant.all).write(
      to: Repository.results, atomically: true, encoding: .utf8)
  }
}

/// What the oracles printed is read as it was meant.
@Suite struct VerdictTests {
  private func output(failing: Set<Oracle>, missing: Oracle? = nil) -> String {
    Oracle.allCases.filter { $0 != missing }.map {
      failing.contains($0)
        ? "✘ Suite \($0.rawValue) failed after 0.1 seconds with 2 issues."
        : "✔ Suite \($0.rawValue) passed after 0.1 seconds."
    }.joined(separator: "\n")
  }

  @Test func aFailingSuiteKills() throws {
    #expect(try Verdict(of: output(failing: [])).killers == [])
    #expect(try Verdict(of: output(failing: [.dual, .taylor])).killers == [.dual, .taylor])
    #expect(try Verdict(of: output(failing: [.dual])).isKilled)
    #expect(try !Verdict(of: output(failing: [.commonPractice])).isKilled)
  }

  /// A mutant that ends the program hasn't been judged.
  @Test func silenceIsNoVerdict() {
    #expect(throws: MutantError.self) {
      try Verdict(of: output(failing: [.exact], missing: .taylor))
    }
  }
}
