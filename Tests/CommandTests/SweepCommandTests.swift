import Foundation
import Testing

/// `batchwise sweep` as a user runs it.
@Suite struct SweepCommandTests {
  private static let sweep = [
    "sweep", "--data", "./data", "--model", "mlp:16-8-10", "--batch-sizes", "9,3",
    "--learning-rates", "0.1,0.01", "--epochs", "1",
  ]

  private static func folderWithData() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    return folder
  }

  private static func bytes(_ path: String, _ folder: TemporaryFolder) throws -> [Data] {
    try ["results.json", "results.csv", "report.html"].map {
      try Data(contentsOf: folder.file("\(path)/\($0)"))
    }
  }

  @Test func theSweepWritesItsThreeFiles() throws {
    let folder = try Self.folderWithData()
    let run = try BatchwiseProcess(Self.sweep + ["--trials", "2", "--output", "s"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.progress.count == 8)
    #expect(run.output.contains("8/8 mlp:16-8-10 · batch "))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(run.output.contains("The best on the held-out images is a batch size of "))
    #expect(run.output.hasSuffix("s/report.html has the charts and the reasons.\n"))
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("s/results.json")))
        as? [String: Any])
    #expect(results["study"] as? String == "sweep")
    #expect((results["records"] as? [Any])?.count == 8)
    let rows = try #require(results["rows"] as? [[String: Any]])
    #expect(rows.map { $0["batch_size"] as? Int } == [3, 3, 9, 9])
    #expect(rows.map { $0["learning_rate"] as? Double } == [0.01, 0.1, 0.01, 0.1])
    let page = try String(contentsOf: folder.file("s/report.html"), encoding: .utf8)
    #expect(page.contains("batch size 9, learning rate 0.1: "))
  }

  @Test func shardsMergeAndAResumedSweepRunsOnlyWhatIsNew() throws {
    let folder = try Self.folderWithData()
    let whole = try BatchwiseProcess(Self.sweep + ["--output", "whole"], in: folder)
    #expect(whole.status == 0)
    for part in ["1/2", "2/2"] {
      let run = try BatchwiseProcess(
        Self.sweep + ["--shard", part, "--output", "part-\(part.prefix(1))"], in: folder)
      #expect(run.status == 0)
      #expect(run.progress.count == 2)
    }
    let merged = try BatchwiseProcess(
      ["study", "merge", "part-2", "part-1", "--output", "merged"], in: folder)
    #expect(merged.status == 0)
    #expect(try Self.bytes("merged", folder) == Self.bytes("whole", folder))
    var more = Self.sweep
    more[6] = "9,3,27"
    let resumed = try BatchwiseProcess(more + ["--resume", "--output", "whole"], in: folder)
    #expect(resumed.status == 0)
    #expect(resumed.progress.count == 2)
    let script = try BatchwiseProcess(Self.sweep + ["--print-slurm", "2"], in: folder)
    #expect(script.output.contains(" sweep --batch-sizes '9,3' "))
    #expect(script.output.contains("--job-name=batchwise-sweep\n"))
  }

  @Test(arguments: [
    (["--batch-sizes", "3,3"], "--batch-sizes '3,3' names something twice: keep one", 2),
    (["--learning-rates", "0"], "--learning-rates '0': numbers from 1e-12 to ", 2),
    (["--batch-sizes", "55"], "batch size 55 is larger than the data (54 images to train on", 1),
    (["--batch-size", "3"], "unknown option '--batch-size'; did you mean --batch-sizes?", 2),
    (["--validation-fraction", "0"], "no images are held out, by which the best", 1),
  ])
  func itRejectsWhatItCannotRun(_ options: [String], _ problem: String, _ status: Int32) throws {
    let folder = try Self.folderWithData()
    var words = Self.sweep
    if let place = words.firstIndex(of: options[0]) { words.removeSubrange(place...place + 1) }
    try BatchwiseProcess(words + options + ["--output", "s"], in: folder).expectFailure(
      problem, status: status)
    #expect(!folder.exists("s"))
  }
}
