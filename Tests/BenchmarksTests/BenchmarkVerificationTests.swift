import CommandLineTools
import Foundation
import Measurement
import Reporting
import Testing

@testable import benchmarks

/// What `--verify` finds wrong.
@Suite struct BenchmarkVerificationTests {
  private func table(_ rows: [[TextTable.Cell]] = [[.count(1)]]) -> TextTable {
    TextTable(columns: [.init("batch")], rows: rows)
  }

  private func failure(_ change: (inout Report) throws -> Void) throws -> String? {
    var report = Report()
    report.series = [Series(["batch": "1"], unit: "s/step", samples: [1])]
    try change(&report)
    let results = Results(of: "training", options: [:], load: nil, report: report)
    do {
      _ = try Verification.verify(results, report)
      return nil
    } catch let error as CommandError {
      #expect(error.status == 1)
      return error.description
    }
  }

  @Test func `whole results pass verification`() throws {
    #expect(try failure { try $0.show(table()) } == nil)
  }

  @Test func `verification refuses empty tables and no table`() throws {
    #expect(try failure { _ in } == "a table is empty")
    #expect(try failure { try $0.show(table([])) } == "a table is empty")
  }

  @Test func `verification refuses a table wider than a terminal`() throws {
    let text = String(repeating: "a", count: 81)
    #expect(
      try failure { try $0.show(table([[.text(text)]])) }?.hasPrefix(
        "a table is wider than 80 columns: ") == true)
  }

  @Test func `verification refuses samples that are no positive numbers`() throws {
    for samples in [[0], [-1], [.nan], [.infinity], []] as [[Double]] {
      let found = try failure {
        try $0.show(table())
        $0.series.append(Series(["batch": "2"], unit: "s/step", samples: samples))
      }
      #expect(found == "batch 2: a sample is no positive number")
    }
    let nothing = try failure {
      try $0.show(table())
      $0.series = []
    }
    #expect(nothing == "nothing was measured")
    let unavailable = try failure {
      try $0.show(table())
      $0.energies = [
        ResultSamples.energy(batch: 1, ResultSamples.record(.unavailable(reason: "no counter")))
      ]
    }
    #expect(unavailable?.contains("no counter") == true)
  }

  @Test func aBenchmarkEndsWithWhatVerificationFinds() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    func status(_ samples: [Double]) -> Int32 {
      let benchmark = Benchmark(
        name: "bake", summary: "bakes", duration: "an hour", discussion: "", options: []
      ) { _ in
        { report in
          report.begin("Baking")
          try report.show(self.table())
          report.draw([SpeedChart.imagesPerSecond("Baked", report.series)])
          report.series = [Series(["batch": "1"], unit: "s/step", samples: samples)]
        }
      }
      let words = [
        "--verify", "--json", folder.path + "/a.json", "--html", folder.path + "/a.html",
      ]
      return exitStatus(of: "benchmarks") {
        try benchmark.command.run(
          Arguments(words[...], for: benchmark.command, of: "benchmarks"))
      }
    }
    #expect(status([.nan]) == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/a.json"))
    #expect(status([1]) == 0)
    #expect(try Results(contentsOf: folder.path + "/a.json").series.count == 1)
    let page = try String(contentsOfFile: folder.path + "/a.html", encoding: .utf8)
    #expect(page.contains("Baking") && page.contains("<svg") && page.contains("</html>"))
  }

  @Test func `options replace the small defaults of a verification`() throws {
    func scope(_ words: String...) throws -> Scope {
      let defaults = Scope.Defaults(batchSizes: [64], seconds: 1)
      return try Scope(
        Arguments(words[...], for: TrainingBenchmark.benchmark.command, of: "benchmarks"),
        defaults)
    }
    #expect(try scope("--verify").models.map(\.name) == ["mlp:784-16-10"])
    #expect(try scope("--verify").isVerification)
    #expect(try scope("--verify", "--models", "mlp-1").models.map(\.name) == ["mlp-1"])
    #expect(try !scope().isVerification)
  }
}
