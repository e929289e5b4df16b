import CommandLineTools
import Foundation
import Measurement
import Testing
import TrainingCore

@testable import benchmarks

@Suite struct ScopeTests {
  private func scope(_ words: String...) throws -> Scope {
    try Scope(
      Arguments(words[...], for: TrainingBenchmark.benchmark.command, of: "benchmarks"),
      Scope.Defaults(batchSizes: [1, 2], seconds: 3))
  }

  @Test func `options that are not given have the benchmark's defaults`() throws {
    let scope = try scope()
    #expect(scope.models.map(\.name) == ["mlp-1", "mlp-2"])
    #expect(scope.optimizers.map(\.name) == ["sgd", "adam"])
    #expect(scope.batchSizes == [1, 2])
    #expect(scope.rule.timeLimit == Seconds(3))
  }

  @Test func `every option of a benchmark replaces its default`() throws {
    let scope = try scope(
      "--models", "mlp:4-3-2", "--optimizers", "rmsprop", "--batch-sizes", "7", "--threads", "5",
      "--seconds", "9")
    #expect(scope.models.map(\.name) == ["mlp:4-3-2"])
    #expect(scope.optimizers.map(\.name) == ["rmsprop"])
    #expect(scope.batchSizes == [7])
    #expect(scope.threads == [5])
    #expect(scope.rule.timeLimit == Seconds(9))
  }

  @Test func threadsArePowersOfTwoAndAllProcessors() {
    #expect(Scope.defaultThreads(processors: 1) == [1])
    #expect(Scope.defaultThreads(processors: 2) == [1, 2])
    #expect(Scope.defaultThreads(processors: 6) == [1, 2, 4, 6])
    #expect(Scope.defaultThreads(processors: 8) == [1, 2, 4, 8])
  }

  @Test(arguments: [
    ["--models", "mlp-9"], ["--optimizers", "lion"], ["--batch-sizes", "2049"],
    ["--threads", "0"], ["--seconds", "0"], ["--json", "/"],
  ])
  func mistakesAreMisuse(words: [String]) throws {
    let error = #expect(throws: CommandError.self) {
      try TrainingBenchmark.benchmark.command.run(
        Arguments(words[...], for: TrainingBenchmark.benchmark.command, of: "benchmarks"))
    }
    #expect(error?.status == 2)
    #expect(error?.description.hasPrefix(words[0]) == true, "\(String(describing: error))")
  }

  @Test func aFileThatCannotBeWrittenIsFoundOutBefore() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let error = #expect(throws: CommandError.self) {
      try ResultFile(path: "\(file.path)/results.json", option: "--json")
    }
    #expect(error?.status == 1)
  }
}
