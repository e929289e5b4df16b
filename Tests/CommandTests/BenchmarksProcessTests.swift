import Foundation
import Testing

/// The benchmark program as a user runs it.
@Suite struct BenchmarksProcessTests {
  /// An interrupt ends a measurement with one line, and leaves no file.
  @Test func anInterruptIsOneLine() throws {
    let folder = try TemporaryFolder()
    for end in [BatchwiseProcess.interrupt, BatchwiseProcess.hangUp] {
      let run = try BatchwiseProcess(
        [
          "training", "--models", "mlp:784-8-10", "--batch-sizes", "1,16", "--seconds", "60",
          "--json", "results.json",
        ], in: folder, program: "benchmarks", started: end)
      #expect(run.status == 1)
      #expect(
        run.errors
          == "benchmarks: interrupted: nothing was written; run the same command again\n")
      #expect(!folder.exists("results.json"))
    }
  }

  /// Two files of the same name would be one.
  @Test func `--json and --html cannot name the same file`() throws {
    let folder = try TemporaryFolder()
    for (json, html) in [("a", "a"), ("a", "./a"), ("a", "b/../a")] {
      let run = try BatchwiseProcess(
        ["latency", "--json", json, "--html", html], in: folder, program: "benchmarks")
      #expect(run.status == 2)
      #expect(run.errors.contains("--json and --html name the same file: name two"))
    }
    let run = try BatchwiseProcess(["latency", "--json", "c/"], in: folder, program: "benchmarks")
    #expect(run.status == 2)
    #expect(run.errors.contains("'c/' is a folder: name a file in it"))
  }

  /// What is wrong with a file is one line, and misuse.
  @Test func aFileThatIsNoResultIsOneLine() throws {
    let folder = try TemporaryFolder()
    try Data("{\"schema\": 9}".utf8).write(to: folder.file("a.json"))
    for (files, problem) in [
      (["a.json", "a.json"], "a.json: its schema is 9, and this program reads 3"),
      (["b.json", "a.json"], "b.json: there is no such file"),
    ] {
      let run = try BatchwiseProcess(["compare"] + files, in: folder, program: "benchmarks")
      #expect(run.status == 2)
      #expect(run.output == "")
      #expect(run.errors.hasPrefix("benchmarks: \(problem)"), "\(run.errors)")
      #expect(run.errors.count(where: \.isNewline) == 1)
    }
  }
}
