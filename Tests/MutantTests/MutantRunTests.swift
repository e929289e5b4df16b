import Foundation
import Synchronization
import Testing

/// The oracles against the mutants, some minutes: it runs only when asked for, with
/// `BATCHWISE_MUTANTS=1`, and goes on where an interrupted run was.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["BATCHWISE_MUTANTS"] == "1",
    "set BATCHWISE_MUTANTS=1 to run it"))
struct MutantRunTests {
  @Test func `every mutant is killed, and the trainer as it is passes`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "batchwise-mutants")
    let package = try MutantPackage(in: folder)
    try #require(try package.verdict(on: nil).killers == [])
    try #require(try !package.fails("ReferenceTrainingTests\\.", with: nil))
    let mutants = try Mutant.all
    let results = Mutex(
      MutantResults(
        file: folder.appending(path: "verdicts-\(try MutantPackage.fingerprint()).json")))
    let unknown = results.withLock { results in mutants.filter { results[$0] == nil } }
    // The processes have threads of their own; two at once fill the pauses between them.
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < unknown.count
      {
        let mutant = unknown[index]
        do {
          let verdict = try package.verdict(on: mutant)
          try results.withLock {
            try $0.record(verdict, on: mutant)
            print("\($0.count) of \(mutants.count): \(mutant.name)")
          }
        } catch {
          Issue.record(error, "\(mutant.name)")
        }
      }
    }
    let known = results.withLock { $0 }
    for mutant in mutants { #expect(known[mutant]?.isKilled == true, "\(mutant.name)") }
    guard mutants.allSatisfy({ known[$0] != nil }) else { return }
    try known.table(of: mutants).write(to: Repository.results, atomically: true, encoding: .utf8)
  }
}
