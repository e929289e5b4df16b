import Files
import Foundation
import Testing
@testable import batchwise

/// `batchwise compare` as a user runs it.
@Suite struct CompareCommandTests {
  /// Trainings of one model with several batch sizes, in folders named after them.
  private static func trained(_ batchSizes: [String], in folder: TemporaryFolder) throws {
    try TinyDataset().write(to: folder)
    for size in batchSizes {
      let run = try BatchwiseProcess(
        [
          "train", "--data", "./data", "--model", "mlp:16-8-10", "--batch-size", size, "--output",
          "batch-\(size)",
        ], in: folder)
      try #require(run.status == 0, "\(run.errors)")
    }
  }

  @Test func itPrintsATableAndWritesOnePage() throws {
    let folder = try TemporaryFolder()
    try Self.trained(["3", "9"], in: folder)
    let run = try BatchwiseProcess(["compare", "batch-3", "batch-9", "--output", "c"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.last == "c/compare.html has the curves.")
    #expect(lines.allSatisfy { $0.count <= 80 })
    for size in ["3", "9"] {
      let history = try TrainingHistory(folder: folder.file("batch-\(size)").path)
      let test = try #require(history.test)
      let row = try #require(lines.first { $0.hasPrefix("batch-\(size) ") })
      let words = row.split(separator: " ").map(String.init)
      #expect(Array(words[1...3]) == [size, "0.0010", "2"])
      #expect(words[5].hasPrefix(String(format: "%.2f", 100 * test.accuracy)), "\(row)")
    }
    let page = try String(contentsOf: folder.file("c/compare.html"), encoding: .utf8)
    #expect(page.contains("</html>") && !page.contains("Different images."))
    // Loss and accuracy of training and validation, and accuracy by time, for two widths.
    #expect(page.matches(of: /<svg/).count == 10)
    for name in ["batch-3", "batch-9"] {
      #expect(page.matches(of: try Regex("\(name)</text>")).count == 10)
    }
  }

  @Test func runsOnDifferentImagesAreToldApart() throws {
    let folder = try TemporaryFolder()
    try Self.trained(["3", "9"], in: folder)
    let one = try TrainingHistory(folder: folder.file("batch-3").path)
    var data = one.data
    data.normalization = "unit"
    let other = TrainingHistory(
      configuration: one.configuration, data: data, epochs: one.epochs, seconds: nil, test: nil,
      fingerprint: one.fingerprint)
    func page(_ runs: [TrainingHistory]) -> String {
      CompareCommand.page(of: runs.map { .init(name: "a", history: $0) }).html()
    }
    #expect(page([one, other]).contains("Different images."))
    #expect(!page([one, one]).contains("Different images."))
  }

  @Test func itRefusesWhatIsNoTraining() throws {
    let folder = try TemporaryFolder()
    try Self.trained(["3"], in: folder)
    try BatchwiseProcess(["compare", "batch-3"], in: folder).expectFailure(
      "RUN is missing: others", status: 2)
    try BatchwiseProcess(["compare", "batch-3", "data"], in: folder).expectFailure(
      "data: there is no history.json in it: name a folder that batchwise train has written to")
    try OutputFolder(folder.file("b")).write("{}", as: "history.json")
    try BatchwiseProcess(["compare", "b", "batch-3"], in: folder).expectFailure(
      "b/history.json: this isn't the history of a training")
    #expect(!folder.exists("out"))
  }
}
