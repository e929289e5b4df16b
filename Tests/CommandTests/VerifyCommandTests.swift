import CommandLineTools
import Files
import Foundation
import Testing
import TrainingCore
@testable import Verification
@testable import batchwise

/// `batchwise verify` as a user runs it.
@Suite struct VerifyCommandTests {
  private struct Report: Decodable {
    let model: String
    let batchSize: Int
    let findings: [Finding]

    func verdicts(_ law: String) -> [Finding.Verdict] {
      findings.filter { $0.law.hasPrefix(law) }.map(\.verdict)
    }
  }

  private func verify(
    _ options: [String], model: String = "mlp:16-8-10", in folder: TemporaryFolder
  ) throws -> BatchwiseProcess {
    try BatchwiseProcess(
      ["verify", "--data", "./data", "--model", model] + options, in: folder)
  }

  private func report(
    _ options: [String], model: String = "mlp:16-8-10", in folder: TemporaryFolder
  ) throws -> Report {
    let run = try verify(options + ["--json"], model: model, in: folder)
    try #require(run.status == 0 && run.errors == "", "\(run.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
  }

  @Test func printsATableThatFitsATerminal() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try verify(["--batch-size", "12", "--splits", "2/5,7"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count > 2)
    #expect(lines[0].hasPrefix("mlp:16-8-10, adam, seed 1, optimized"))
    #expect(lines[1].hasPrefix("12 images of ") && lines[1].hasSuffix("/data"))
    #expect(lines.dropFirst(2).allSatisfy { $0.count <= 80 })
    for part in [
      "law               promise", "about the model", "about the rule", "split batch", "2 × 6",
      "5 + 7", "gradients, no bit",
      "as predicted", "holds", "applicable", "Read on:",
      "Tests/VerificationTests/SplitBatchLawTests.swift",
    ] {
      #expect(run.output.contains(part), "\(part)")
    }
  }

  /// The same findings in JSON, under either engine on any threads.
  @Test func everyEngineKeepsTheLaws() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let options = ["--batch-size", "12", "--splits", "2,4/5,7"]
    let reports = try [["--engine", "reference"], ["--threads", "1"], ["--threads", "3"]].map {
      try report(options + $0, model: "mlp:16-8-10+dropout0.5", in: folder)
    }
    #expect(reports[0].findings == reports[1].findings)
    #expect(reports[0].findings == reports[2].findings)
    #expect(reports[0].model == "mlp:16-8-10+dropout0.5" && reports[0].batchSize == 12)
    #expect(
      reports[0].findings.filter { $0.law.hasPrefix("split batch") }.map(\.law)
        == ["split batch, 2 × 6", "split batch, 4 × 3", "split batch, 5 + 7"])
    for law in ["split batch", "mean of means"] {
      #expect(reports[0].verdicts(law) == [.holds, .holds, .holds])
    }
    #expect(reports[0].verdicts("accumulated step") == Array(repeating: .holds, count: 4))
    #expect(reports[0].verdicts("batch statistics") == [.notApplicable])
  }

  @Test func theDefaultIsHalvesQuartersAndAThird() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let report = try report(["--batch-size", "20"], in: folder)
    #expect(
      report.findings.map(\.law).filter { $0.hasPrefix("split batch") }
        == ["split batch, 2 × 10", "split batch, 4 × 5", "split batch, 6 + 14"])
  }

  /// What batch normalisation does is no failure: the law doesn't apply, or, in groups that the
  /// parts keep whole, it holds.
  @Test func batchNormalisationIsSaidToCouple() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let options = ["--batch-size", "12", "--splits", "2/4,8"]
    let whole = try report(options, model: "mlp:16-8-10+batchnorm", in: folder)
    #expect(whole.verdicts("split batch") == [.notApplicable, .notApplicable])
    #expect(whole.verdicts("accumulated step") == [.holds, .notApplicable, .notApplicable])
    #expect(whole.verdicts("batch statistics") == [.holds, .holds])
    let ghost = try report(options, model: "mlp:16-8-10+ghost4", in: folder)
    #expect(ghost.verdicts("split batch") == [.notApplicable, .holds])
    #expect(ghost.verdicts("batch statistics") == [.notApplicable])
  }

  @Test func aBatchOfOneHasNoParts() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let report = try report(["--batch-size", "1"], in: folder)
    #expect(report.verdicts("split batch") == [.notApplicable])
    #expect(report.verdicts("accumulated step") == [.holds])
    #expect(!report.findings.contains { $0.verdict == .fails })
  }

  @Test func startsFromACheckpoint() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let training = try BatchwiseProcess(
      [
        "train", "--data", "./data", "--model", "mlp:16-8-10", "--optimizer", "rmsprop",
        "--epochs", "1", "--output", "a",
      ], in: folder)
    #expect(training.status == 0)
    for path in ["a", "a/checkpoint.safetensors"] {
      let run = try BatchwiseProcess(
        ["verify", "--checkpoint", path, "--batch-size", "12"], in: folder)
      #expect(run.status == 0 && run.errors == "", "\(run.errors)")
      #expect(run.output.hasPrefix("mlp:16-8-10, rmsprop, seed 1, "))
    }
    // With --model its tensors are read alone, as those of a plain file.
    let alone = try verify(
      ["--checkpoint", "a", "--optimizer", "sgd", "--batch-size", "12"], in: folder)
    #expect(alone.status == 0 && alone.errors == "", "\(alone.errors)")
    #expect(alone.output.hasPrefix("mlp:16-8-10, sgd, seed 1, "))
    try verify(["--checkpoint", "a", "--batch-size", "12"], model: "mlp:16-9-10", in: folder)
      .expectFailure("checkpoint.safetensors")
    try BatchwiseProcess(["verify", "--checkpoint", "a", "--momentum", "0.9"], in: folder)
      .expectFailure("leave out --momentum", status: 2)
    try BatchwiseProcess(["verify", "--checkpoint", "nowhere"], in: folder).expectFailure("nowhere")
  }

  /// A plain `state_dict` with `--model`, as `evaluate` takes it; without, advice that leads there.
  @Test(arguments: ["verify", "noise-scale", "evaluate"])
  func `a file of tensors alone is taken with its model`(_ command: String) throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let model = try ModelSpec(named: "mlp:16-8-10")
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 9)
    try Checkpoint.weights(of: state, model: model).encoded()
      .write(to: folder.file("plain.safetensors"))
    let file =
      command == "evaluate" ? ["plain.safetensors"] : ["--checkpoint", "plain.safetensors"]
    let sizes = [
      "verify": ["--batch-size", "12"], "noise-scale": ["--small", "2", "--large", "4"],
    ]
    let options = [command, "--data", "./data"] + file + (sizes[command] ?? [])
    try BatchwiseProcess(options, in: folder)
      .expectFailure("name the model with --model to work on them")
    let run = try BatchwiseProcess(options + ["--model", "mlp:16-8-10"], in: folder)
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
  }

  /// An interrupt ends it between two laws, with one line.
  @Test func anInterruptIsOneLine() throws {
    let folder = try TemporaryFolder()
    try TinyDataset(training: 3000).write(to: folder)
    let run = try BatchwiseProcess(
      [
        "verify", "--data", "./data", "--model", "mlp:16-128-10", "--batch-size", "512",
        "--engine", "reference",
      ], in: folder, started: BatchwiseProcess.interrupt)
    run.expectFailure("interrupted: run the same command again")
  }

  @Test func `options and data that cannot be verified are refused with the reason`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    for (options, problem) in [
      (["--splits", "3,5"], "--splits '3,5': 5 doesn't divide a batch of 12 and 3 + 5 isn't 12"),
      (["--splits", "2/5,6"], "--splits '2/5,6': 5 doesn't divide a batch of 12"),
      (["--splits", "5"], "5 doesn't divide a batch of 12\n"),
      (["--splits", "2,,4"], "--splits '2,,4': whole numbers such as 2,4 or 100,156 expected"),
      (["--splits", "2/"], "whole numbers such as"), (["--splits", "0"], "whole numbers such as"),
      (["--splits", "-2"], "whole numbers such as"), (["--splits", "a"], "whole numbers such as"),
      (["--optimizer", "adan"], "did you mean adam?"), (["--split", "2"], "--split '2'"),
    ] {
      try verify(["--batch-size", "12"] + options, in: folder)
        .expectFailure(problem, status: 2)
    }
    try verify(["--batch-size", "55"], in: folder).expectFailure(
      "--batch-size 55 is more than the 54 training images: use a smaller one")
    try verify([], model: "mlp-9", in: folder).expectFailure("unknown model 'mlp-9'", status: 2)
    try verify([], model: "mlp-1", in: folder).expectFailure("model mlp-1 takes images of 28×28×1")
  }

  /// What each finding sends its reader to is there.
  @Test func everyExplanationNamesATestThatExists() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    for finding in try report(["--batch-size", "12"], in: folder).findings {
      let paths = finding.explanation.matches(of: /Tests\/[A-Za-z+\/]+\.swift/)
      #expect(!paths.isEmpty, "\(finding.law)")
      for path in paths {
        let file = package.appending(path: String(path.0)).path
        #expect(FileManager.default.fileExists(atPath: file), "\(file)")
      }
    }
  }
}

/// What a failing law looks like, and how cells are wrapped.
@Suite struct FindingTableTests {
  @Test func `a failing law shows in the table and ends with status 1`() throws {
    let findings = [
      Finding(
        law: "a law, 2 × 3", promise: "something", measured: "something else", verdict: .fails,
        explanation: "an article"),
      Finding(
        law: "a law, 3 × 2", promise: "something", measured: "averyveryverylongwordthatisn'tcut",
        verdict: .notApplicable, explanation: "an article"),
    ]
    #expect(
      FindingTable(findings).text() == """
        law    promise    measured                 verdict
        ─────  ─────────  ───────────────────────  ──────────
        a law  something  something else           fails
        2 × 3

        3 × 2             averyveryverylongwordth  not
                          atisn'tcut               applicable

        Read on:
          a law  an article

        """)
    let error = #expect(throws: CommandError.self) { try VerifyCommand.check(findings) }
    #expect(error?.status == 1)
    #expect(error?.description.hasPrefix("1 of 2 checks fail: ") == true)
    try VerifyCommand.check([findings[1]])
  }

  @Test func `a finding that is not about the trainer says what it is about`() {
    let findings = [Finding.About.trainer, .model, .rule].map {
      Finding(
        law: "a law of \($0)", about: $0, promise: "p", measured: "m", verdict: .holds,
        explanation: "an article")
    }
    let lines = FindingTable(findings).text().split(separator: "\n").prefix { $0 != "Read on:" }
    #expect(lines.filter { $0.contains("about") } == ["about the model", "about the rule"])
  }

  @Test(arguments: [
    ("", []), ("one", ["one"]), ("one two three", ["one two", "three"]),
    ("eightcha rs", ["eightcha", "rs"]), ("ninechars", ["ninechar", "s"]),
    ("a ninechars b", ["a", "ninechar", "s b"]),
    ("four five", ["four", "five"]), ("for five", ["for five"]),
  ])
  func `cells wrap at spaces, and cut words that are too long`(_ text: String, _ lines: [String]) {
    #expect(FindingTable.wrapped(text, width: 8) == lines)
  }
}
