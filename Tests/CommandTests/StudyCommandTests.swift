import Files
import Foundation
import Studies
import Testing

@testable import batchwise

/// What all studies' commands have in common, and the fixed-batch-size study as a user runs it.
@Suite struct StudyCommandTests {
  private static let study = [
    "study", "fixed", "--data", "./data", "--models", "mlp:16-8-10",
  ]
  private static let small =
    study + [
      "--batch-sizes", "7,2", "--trials", "2", "--epochs", "1", "--no-timing",
    ]
  private static let files = ["results.json", "results.csv", "report.html"]

  private static func folderWithData() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    return folder
  }

  private static func bytes(_ path: String, _ folder: TemporaryFolder) throws -> [Data] {
    try files.map { try Data(contentsOf: folder.file("\(path)/\($0)")) }
  }

  @Test func theStudyWritesItsThreeFiles() throws {
    let folder = try Self.folderWithData()
    let run = try BatchwiseProcess(
      Self.study + ["--batch-sizes", "7,2", "--trials", "2", "--epochs", "1", "--output", "b"],
      in: folder)
    #expect(run.status == 0)
    // Redirected, it says a line for each training and each measurement.
    #expect(run.errors == "")
    let lines = run.progress
    #expect(lines.count == 4 * 2 * 2 + 2)
    #expect(lines.first == "1/18 mlp:16-8-10 · adam · batch 2 · trial 1")
    #expect(lines.last == "18/18 mlp:16-8-10 · latency at batch 7")
    #expect(run.output.contains("b/report.html has the charts and the reasons."))
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("b/results.json")))
        as? [String: Any])
    #expect(results["isComplete"] as? Bool == true)
    #expect((results["records"] as? [Any])?.count == 4 * 2 * 2 + 2)
    #expect((results["rows"] as? [Any])?.count == 4 * 2)
    let csv = try String(contentsOf: folder.file("b/results.csv"), encoding: .utf8)
    #expect(csv.split(separator: "\r\n").count == 1 + 4 * 2)
    let page = try String(contentsOf: folder.file("b/report.html"), encoding: .utf8)
    #expect(page.contains("</html>"))
  }

  /// Files of another study, or of the user's, are none that a study replaces.
  @Test func aStudyReplacesNothingButItsOwn() throws {
    let folder = try Self.folderWithData()
    for _ in 0..<2 {
      #expect(try BatchwiseProcess(Self.small + ["--output", "b"], in: folder).status == 0)
    }
    let earlier = try Self.bytes("b", folder)
    for study in [["study", "online"], ["study", "transfer"], ["sweep"]] {
      try BatchwiseProcess(study + ["--output", "b"], in: folder).expectFailure(
        "b/results.json is there, and not by this study, so it is not replaced: name another "
          + "folder with --output")
    }
    #expect(try Self.bytes("b", folder) == earlier)
    try OutputFolder(folder.file("c")).write("mine", as: "report.html")
    try BatchwiseProcess(["study", "fixed", "--output", "c"], in: folder).expectFailure(
      "c/report.html is there")
    try OutputFolder(folder.file("d")).write("mine", as: "records")
    try BatchwiseProcess(["study", "fixed", "--output", "d"], in: folder).expectFailure(
      "d/records")
  }

  @Test func `an interrupted study leaves an earlier result and its records`() throws {
    let folder = try Self.folderWithData()
    let sizes = ["--batch-sizes", "1,2", "--trials", "1", "--output", "b"]
    #expect(try BatchwiseProcess(Self.study + sizes + ["--epochs", "1"], in: folder).status == 0)
    let earlier = try Self.bytes("b", folder)
    try TinyDataset(training: 3000).write(to: folder)
    try BatchwiseProcess(
      Self.study + sizes + ["--epochs", "1000"], in: folder, started: BatchwiseProcess.interrupt
    ).expectFailure("interrupted: what was done is in b/records; go on with the same command and")
    #expect(try Self.bytes("b", folder) == earlier)
  }

  @Test func `a killed study that is resumed has the bytes of one run`() throws {
    let folder = try Self.folderWithData()
    try TinyDataset(training: 1500).write(to: folder)
    let words =
      Self.study + [
        "--batch-sizes", "1,2", "--trials", "2", "--epochs", "10", "--no-timing", "--jobs", "1",
      ]
    #expect(try BatchwiseProcess(words + ["--output", "whole"], in: folder).status == 0)
    func records() -> [String] {
      let url = folder.file("b/records")
      return ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [])
        .filter { $0.hasSuffix(".json") }
    }
    for kill in 1...4 {
      let killed = try BatchwiseProcess(words + ["--output", "b", "--resume"], in: folder) {
        process in
        while process.isRunning, records().count < 3 * kill { usleep(1000) }
        Foundation.kill(process.processIdentifier, SIGKILL)
      }
      #expect(killed.status != 0)
      #expect(records().count >= 3 * kill)
      #expect(!folder.exists("b/results.json"))
    }
    let resumed = try BatchwiseProcess(words + ["--output", "b", "--resume"], in: folder)
    #expect(resumed.status == 0)
    #expect(resumed.progress.count <= 16 - 12)
    #expect(try Self.bytes("b", folder) == Self.bytes("whole", folder))
  }

  @Test func `a changed option runs only what is new`() throws {
    let folder = try Self.folderWithData()
    let words = Self.small + ["--output", "b", "--resume"]
    #expect(try BatchwiseProcess(words, in: folder).status == 0)
    let same = try BatchwiseProcess(words, in: folder)
    #expect(same.status == 0 && same.progress.isEmpty)
    var more = words
    more[try #require(more.firstIndex(of: "7,2"))] = "7,2,3"
    let run = try BatchwiseProcess(more, in: folder)
    #expect(run.status == 0)
    let lines = run.progress
    #expect(lines.count == 4 * 2 && lines.allSatisfy { $0.contains("batch 3") })
    #expect(lines.last?.hasPrefix("24/24 ") == true)
  }

  @Test func `shards merged in any order have the bytes of one run`() throws {
    let folder = try Self.folderWithData()
    #expect(try BatchwiseProcess(Self.small + ["--output", "whole"], in: folder).status == 0)
    for part in 1...3 {
      let run = try BatchwiseProcess(
        Self.small + ["--output", "s\(part)", "--shard", "\(part)/3"], in: folder)
      #expect(run.status == 0)
      #expect(run.output.contains("Part \(part) of 3 is done"))
      #expect(!folder.exists("s\(part)/report.html"))
    }
    try BatchwiseProcess(["study", "merge", "s1", "s3", "--output", "few"], in: folder)
      .expectFailure("of 16 trainings and measurements are missing", hasOutput: true)
    for order in [["s1", "s2", "s3"], ["s3", "s1", "s2"]] {
      let run = try BatchwiseProcess(["study", "merge"] + order + ["--output", "all"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try Self.bytes("all", folder) == Self.bytes("whole", folder))
    }
    for file in Self.files { try FileManager.default.removeItem(at: folder.file("all/\(file)")) }
    #expect(try BatchwiseProcess(["study", "report", "all"], in: folder).status == 0)
    #expect(try Self.bytes("all", folder) == Self.bytes("whole", folder))
  }

  /// A changed option that is interrupted, and then reported: the earlier results are whole.
  @Test func `what is missing replaces no whole result`() throws {
    let folder = try Self.folderWithData()
    #expect(try BatchwiseProcess(Self.small + ["--output", "b"], in: folder).status == 0)
    let earlier = try Self.bytes("b", folder)
    let changed =
      Self.study + [
        "--batch-sizes", "7,2", "--trials", "2", "--epochs", "2", "--no-timing", "--output", "b",
        "--shard", "1/2",
      ]
    #expect(try BatchwiseProcess(changed, in: folder).status == 0)
    try BatchwiseProcess(["study", "report", "b"], in: folder).expectFailure(
      "b: the results of a whole study there aren't replaced; 8 of 16 trainings and measurements")
    #expect(try Self.bytes("b", folder) == earlier)
    try BatchwiseProcess(["study", "report", "b", "--output", "c"], in: folder).expectFailure(
      "c: 8 of 16 trainings and measurements are missing", hasOutput: true)
    #expect(folder.exists("c/report.html"))
  }

  @Test func `folders that don't belong together aren't merged`() throws {
    let folder = try Self.folderWithData()
    #expect(try BatchwiseProcess(Self.small + ["--output", "a"], in: folder).status == 0)
    #expect(
      try BatchwiseProcess(Self.small + ["--output", "b", "--seed", "9"], in: folder).status == 0)
    try BatchwiseProcess(["study", "merge", "a", "b"], in: folder).expectFailure(
      "b: its study has other options or images than that in a")
    try BatchwiseProcess(["study", "merge", "nowhere"], in: folder).expectFailure(
      "nowhere: there is no study.json")
    try BatchwiseProcess(["study", "report", "data"], in: folder).expectFailure(
      "data: there is no study.json")
    try BatchwiseProcess(["study", "merge"], in: folder).expectFailure("DIR is missing", status: 2)
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.file("a/records").path).first {
        $0.hasSuffix(".json")
      })
    try Data("{".utf8).write(to: folder.file("a/records/\(name)"))
    try BatchwiseProcess(["study", "report", "a"], in: folder).expectFailure(
      "a/records/\(name): this isn't the record of that name: remove it")
  }

  @Test func `a job script runs the same study in an array`() throws {
    let folder = try Self.folderWithData()
    let run = try BatchwiseProcess(
      Self.small + ["--threads", "3", "--jobs", "2", "--output", "my study", "--print-slurm", "4"],
      in: folder)
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.hasPrefix("#!/bin/bash\n"))
    for part in [
      "#SBATCH --array=1-4\n", "#SBATCH --cpus-per-task=3\n", "#SBATCH --requeue\n",
      "study fixed --batch-sizes ", "--no-timing ", "--output 'my study' --shard slurm --resume\n",
      "study merge 'my study'\n",
    ] {
      #expect(run.output.contains(part), "\(part) in \(run.output)")
    }
    #expect(!folder.exists("my study"))
  }

  /// 20 images to test with are enough for batches of 27: latency is measured with them repeated.
  @Test func batchesMayBeLargerThanTheTestSet() throws {
    let folder = try Self.folderWithData()
    let run = try BatchwiseProcess(
      Self.study + ["--batch-sizes", "27", "--trials", "1", "--epochs", "1", "--output", "b"],
      in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(folder.exists("b/report.html"))
  }

  @Test func theStudyRejectsWhatItCannotRun() throws {
    let folder = try Self.folderWithData()
    for (options, problem, status) in [
      (["--batch-sizes", "55"], "batch size 55 is larger than the data (54 images to train", 1),
      (["--batch-sizes", "1,x"], "--batch-sizes 'x': whole numbers from 1", 2),
      (["--batch-sizes", "0"], "--batch-sizes '0': whole numbers from 1", 2),
      (["--batch-sizes", "1,01"], "--batch-sizes names a size twice", 2),
      (["--trials", "0"], "--trials '0': a whole number from 1 to 1000", 2),
      (["--preset", "fast"], "--preset 'fast': one of quick, published expected", 2),
      (["--shard", "5/4"], "--shard '5/4': a part such as 1/4 expected, or slurm", 2),
      (["--shard", "slurm"], "SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT aren't set", 1),
      (["--jobs", "0"], "--jobs '0': a whole number from 1 to 1024", 2),
    ] as [([String], String, Int32)] {
      try BatchwiseProcess(Self.study + options + ["--output", "b"], in: folder)
        .expectFailure(problem, status: status)
    }
  }
}
