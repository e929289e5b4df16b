import Files
import Foundation
import Reporting
import Studies
import Testing
@testable import batchwise

/// The other commands as a user runs them, and what all have in common.
@Suite struct CommandLineTests {
  private func trained(in folder: TemporaryFolder) throws {
    try TinyDataset().write(to: folder)
    let run = try BatchwiseProcess(
      [
        "train", "--data", "./data", "--model", "mlp:16-8-10", "--epochs", "1", "--output", "a",
      ], in: folder)
    try #require(run.status == 0, "\(run.errors)")
  }

  @Test func evaluatesAFolderAFileAndBareTensors() throws {
    let folder = try TemporaryFolder()
    try trained(in: folder)
    for arguments in [
      ["a/"],
      ["a/checkpoint.safetensors", "--model", "mlp:16-8-10", "--data", "./data"],
    ] {
      let run = try BatchwiseProcess(["evaluate"] + arguments, in: folder)
      #expect(run.status == 0)
      #expect(run.errors == "")
      for part in [
        "mlp:16-8-10", "parameters", "226", "416", "latency per image", "at batch 1",
        "% of 20 test images of ", "/data\n", "nats", "J (modelled: 16 W × time, 713 g/kWh)",
        "modelled: World 2024, 473 g/kWh", "bytes on disk, 904 in memory", "call, p99",
        "\nfc1     1×1×8          136         0    256            128\n", "\nin all ",
      ] {
        #expect(run.output.contains(part), "\(part) in \(run.output)")
      }
    }
  }

  @Test func evaluatesAsJSON() throws {
    let folder = try TemporaryFolder()
    try trained(in: folder)
    let run = try BatchwiseProcess(
      ["evaluate", "a", "--json", "--batch-size", "7", "--carbon-intensity", "fr"], in: folder)
    #expect(run.status == 0)
    let decoded = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(decoded["model"] as? String == "mlp:16-8-10")
    #expect(decoded["batchSize"] as? Int == 7)
    #expect(decoded["images"] as? Int == 20)
    #expect((decoded["cost"] as? [String: Any])?["parameters"] as? Int == 226)
    #expect((decoded["energy"] as? [String: Any])?["provenance"] != nil)
    #expect((decoded["carbon"] as? [String: Any])?["provenance"] as? String == "modelled")
    #expect((decoded["carbonIntensity"] as? [String: Any])?["code"] as? String == "FRA")
    #expect((decoded["layers"] as? [[String: Any]])?.count == 3)
  }

  @Test func `evaluate refuses batches and checkpoints that are not there`() throws {
    let folder = try TemporaryFolder()
    try trained(in: folder)
    try BatchwiseProcess(["evaluate", "a", "--batch-size", "21"], in: folder).expectFailure(
      "--batch-size 21 is more than the 20 test images")
    try BatchwiseProcess(["evaluate", "nowhere"], in: folder).expectFailure("nowhere")
    try BatchwiseProcess(["evaluate", "a", "--carbon-intensity", "atlantis"], in: folder)
      .expectFailure("--carbon-intensity: no carbon intensity of 'atlantis'", status: 2)
    try BatchwiseProcess(["evaluate"], in: folder).expectFailure("CHECKPOINT is missing", status: 2)
    try BatchwiseProcess(["evaluate", "a", "b"], in: folder).expectFailure(
      "unexpected argument 'b'", status: 2)
  }

  private static let study = [
    "study", "fixed", "--data", "./data", "--models", "mlp:16-8-10",
  ]

  @Test func theStudyWritesItsThreeFiles() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try BatchwiseProcess(
      Self.study + ["--batch-sizes", "7,2", "--trials", "2", "--epochs", "1", "--output", "b"],
      in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("b/report.html has the charts and the reasons."))
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("b/results.json")))
        as? [String: Any])
    #expect(results["isComplete"] as? Bool == true)
    #expect((results["trainings"] as? [Any])?.count == 4 * 2 * 2)
    let csv = try String(contentsOf: folder.file("b/results.csv"), encoding: .utf8)
    #expect(csv.split(separator: "\r\n").count == 1 + 4 * 2)
    let page = try String(contentsOf: folder.file("b/report.html"), encoding: .utf8)
    #expect(page.contains("</html>"))
  }

  /// Files of another study, or of the user's, are none that a study replaces.
  @Test func aStudyReplacesNothingButItsOwn() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let words = ["--batch-sizes", "7", "--trials", "1", "--epochs", "1", "--output", "b"]
    for _ in 0..<2 { #expect(try BatchwiseProcess(Self.study + words, in: folder).status == 0) }
    let earlier = try Data(contentsOf: folder.file("b/results.json"))
    for study in ["online", "transfer"] {
      try BatchwiseProcess(["study", study, "--output", "b"], in: folder).expectFailure(
        "b/results.json is there, and not by this study, so it is not replaced: name another "
          + "folder with --output")
    }
    #expect(try Data(contentsOf: folder.file("b/results.json")) == earlier)
    try OutputFolder(folder.file("c")).write("mine", as: "report.html")
    try BatchwiseProcess(["study", "fixed", "--output", "c"], in: folder).expectFailure(
      "c/report.html is there")
    try OutputFolder(folder.file("d")).write("mine", as: "interrupted")
    try BatchwiseProcess(["study", "fixed", "--output", "d"], in: folder).expectFailure(
      "d/interrupted")
  }

  /// An interrupt before the first training is done leaves nothing, and an earlier result alone.
  @Test func anInterruptedStudyLeavesAnEarlierResult() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let sizes = ["--batch-sizes", "1,2", "--trials", "1", "--output", "b"]
    let whole = try BatchwiseProcess(Self.study + sizes + ["--epochs", "1"], in: folder)
    #expect(whole.status == 0)
    let earlier = try Data(contentsOf: folder.file("b/results.json"))
    try TinyDataset(training: 3000).write(to: folder)
    let run = try BatchwiseProcess(
      Self.study + sizes + ["--epochs", "1000"], in: folder, started: BatchwiseProcess.interrupt)
    run.expectFailure("interrupted before the first training was done: run the same command again")
    #expect(try Data(contentsOf: folder.file("b/results.json")) == earlier)
    #expect(!folder.exists("b/interrupted"))
  }

  /// What an interrupted study has done stands beside an earlier result.
  @Test func anInterruptedStudyKeepsWhatIsDone() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let sizes = ["--batch-sizes", "1,2", "--trials", "1", "--output", "b"]
    #expect(try BatchwiseProcess(Self.study + sizes, in: folder).status == 0)
    let earlier = try Data(contentsOf: folder.file("b/results.json"))
    var result = try JSONDecoder().decode(FixedBatchSizeResult.self, from: earlier)
    result.isComplete = false
    result.trainings.removeLast()
    let report = FixedBatchSizeReport(result)
    let error = try StudyOutput.interruption(trainings: 7, OutputFolder(folder.file("b"))) {
      try report.write(to: $0)
    }
    #expect(error.status == 1)
    #expect(error.description.contains("the 7 trainings that were done are in "))
    #expect(try Data(contentsOf: folder.file("b/results.json")) == earlier)
    let page = try String(contentsOf: folder.file("b/interrupted/report.html"), encoding: .utf8)
    #expect(page.contains("The study was interrupted"))
    #expect(folder.exists("b/interrupted/results.json"))
    #expect(folder.exists("b/interrupted/results.csv"))
  }

  @Test func theStudyRejectsWhatItCannotRun() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    for (options, problem, status) in [
      (["--batch-sizes", "21"], "batch size 21 is larger than the data", 1),
      (["--batch-sizes", "1,x"], "--batch-sizes 'x': whole numbers from 1", 2),
      (["--batch-sizes", "0"], "--batch-sizes '0': whole numbers from 1", 2),
      (["--batch-sizes", "1,01"], "--batch-sizes names a size twice", 2),
      (["--trials", "0"], "--trials '0': a whole number from 1 to 1000", 2),
      (["--preset", "fast"], "--preset 'fast': one of quick, published expected", 2),
    ] as [([String], String, Int32)] {
      try BatchwiseProcess(Self.study + options + ["--output", "b"], in: folder)
        .expectFailure(problem, status: status)
    }
  }

  @Test func `info names the processor, the data sets and the models`() throws {
    let folder = try TemporaryFolder()
    let run = try BatchwiseProcess(["info"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    for part in [
      "Batchwise", "processor", "cores", "built for", "fashion-mnist-10k", "mnist-5k",
      "fashion-mnist", "mlp-1", "814,090", "1,626,112",
    ] {
      #expect(run.output.contains(part), "\(part)")
    }
  }

  @Test func `every command prints its help`() throws {
    let folder = try TemporaryFolder()
    for words in [
      ["--help"], ["help"], ["train", "--help"], ["evaluate", "--help"],
      ["study", "fixed", "--help"], ["verify", "--help"], ["info", "--help"],
      ["train", "--nonsense", "--help"],
    ] {
      let run = try BatchwiseProcess(words, in: folder)
      #expect(run.status == 0, "\(words)")
      #expect(run.errors == "")
      #expect(run.output.contains("usage: batchwise"))
    }
  }

  @Test(arguments: [
    (["trian"], "unknown command 'trian'; did you mean train?"),
    (["frobnicate"], "unknown command 'frobnicate'; see batchwise --help"),
    (["study"], "'study' needs the study's name: batchwise study fixed, batchwise study online"),
    (["train", "--batchsize", "3"], "unknown option '--batchsize'; did you mean --batch-size?"),
    (["train", "--seed", "1", "--seed", "2"], "--seed is given twice: keep one"),
    (["train", "--learning-rate", "1e39"], "--learning-rate '1e39': a number of at least 0.0"),
    (["train", "--output", ""], "--output '': a path expected"),
    (["train", "--learning-rate", "-0.1"], "--learning-rate '-0.1': a number of at least 0.0"),
    (["info", "me"], "unexpected argument 'me'; see batchwise info --help"),
    (["info", "\u{1B}[2J\n"], "unexpected argument '\u{FFFD}[2J '"),
  ])
  func misuseIsStatusTwo(words: [String], problem: String) throws {
    let folder = try TemporaryFolder()
    try BatchwiseProcess(words, in: folder).expectFailure(problem, status: 2)
  }
}
