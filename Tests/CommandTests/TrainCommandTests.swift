import Files
import Foundation
import Testing
@testable import batchwise

/// `batchwise train` as a user runs it.
@Suite struct TrainCommandTests {
  private static let model = ["--model", "mlp:16-8-10", "--batch-size", "7"]

  private func train(
    _ options: [String], in folder: TemporaryFolder, started: (Process) throws -> Void = { _ in }
  ) throws -> BatchwiseProcess {
    try BatchwiseProcess(
      ["train", "--data", "./data"] + Self.model + options, in: folder, started: started)
  }

  private func fingerprint(_ run: BatchwiseProcess) throws -> String {
    let line = try #require(run.output.split(separator: "\n").last)
    let match = try #require(line.wholeMatch(of: /fingerprint ([0-9a-f]{16})/), "\(line)")
    return String(match.1)
  }

  @Test func writesACheckpointAHistoryAndAFingerprint() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try train(["--epochs", "2", "--output", "a"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 5)
    for (epoch, line) in zip(1..., lines.prefix(2)) {
      #expect(
        line.wholeMatch(
          of:
            /epoch (\d)  training [\d.]+ % loss [\d.]+  validation [\d.]+ % loss [\d.]+  [\d.×⁻¹²³⁴⁵⁶⁷⁸⁹⁰]+ s/
        )?.1 == "\(epoch)", "\(line)")
    }
    #expect(folder.exists("a/checkpoint.safetensors"))
    let history = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("a/history.json")))
        as? [String: Any])
    #expect((history["epochs"] as? [Any])?.count == 2)
    #expect(try history["fingerprint"] as? String == fingerprint(run))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("a").path)
    let names = ["checkpoint.safetensors", "history.json", "history.csv", "report.html"]
    #expect(files.sorted() == names.sorted())
    #expect(lines[3] == "a has \(names.joined(separator: ", "))")
  }

  /// The end of a training says what `evaluate` finds, and every file has the same figures.
  @Test func theTestAccuracyAndTheCurvesAreThoseOfTheRun() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try train(["--epochs", "3", "--output", "a"], in: folder)
    let history = try decodedJSON(
      TrainingHistory.self, from: Data(contentsOf: folder.file("a/history.json")))
    let evaluation = try #require(
      JSONSerialization.jsonObject(
        with: Data(BatchwiseProcess(["evaluate", "a", "--json"], in: folder).output.utf8))
        as? [String: Any])
    let test = try #require(history.test)
    #expect(test.images == 20)
    #expect(test.accuracy == evaluation["accuracy"] as? Double)
    #expect(test.loss == evaluation["loss"] as? Double)
    #expect(run.output.contains("\n\(test.text)\n"))
    let csv = try String(contentsOf: folder.file("a/history.csv"), encoding: .utf8)
    let rows = csv.split(separator: "\r\n").map { $0.split(separator: ",").map(String.init) }
    #expect(
      rows[0] == [
        "epoch", "steps", "learning_rate", "training_loss", "training_accuracy",
        "validation_loss", "validation_accuracy", "seconds",
      ])
    #expect(
      rows.dropFirst().map { $0.compactMap { Double($0) } }
        == history.epochs.map { epoch in
          [
            Double(epoch.epoch), Double(epoch.steps), epoch.learningRate, epoch.trainingLoss,
            epoch.trainingAccuracy, epoch.validationLoss ?? -1, epoch.validationAccuracy ?? -1,
            epoch.seconds,
          ]
        })
    #expect(history.epochs.map(\.epoch) == [1, 2, 3])
    let page = try String(contentsOf: folder.file("a/report.html"), encoding: .utf8)
    for part in ["</html>", "training</text>", "validation</text>", "\(test.text)."] {
      #expect(page.contains(part), "\(part)")
    }
    // Loss and accuracy, each laid out for two widths.
    #expect(page.matches(of: /<svg/).count == 4)
  }

  @Test func trainingWithoutHeldOutImagesHasCurvesOfTraining() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try train(
      ["--validation-fraction", "0", "--schedule", "step:1:0.5", "--output", "a"], in: folder)
    #expect(run.status == 0)
    let page = try String(contentsOf: folder.file("a/report.html"), encoding: .utf8)
    #expect(!page.contains("(unavailable)") && !page.contains("validation</text>"))
    // A rate that changes has a chart of its own.
    #expect(page.matches(of: /<svg/).count == 6)
  }

  @Test func imagesLimitsWhatIsTrainedOnAndIsKept() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try train(["--images", "20", "--epochs", "1", "--output", "a"], in: folder)
    #expect(run.status == 0)
    func history() throws -> TrainingHistory { try TrainingHistory(folder: folder.file("a").path) }
    #expect(try history().data.trainingCount == 18)
    #expect(try history().data.limit == 20)
    let resume = ["train", "--resume", "--output", "a", "--epochs", "2"]
    try BatchwiseProcess(resume + ["--images", "30"], in: folder).expectFailure(
      "--resume goes on with the settings of ", status: 2)
    #expect(try BatchwiseProcess(resume, in: folder).status == 0)
    #expect(try history().epochs.map(\.steps) == [3, 6])
    try train(["--images", "1", "--output", "b"], in: folder).expectFailure(
      "--images '1': a whole number from 2", status: 2)
  }

  @Test func tensorBoardHasAFileOfEachPartOfTheTraining() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let events = ["--tensorboard", "events", "--output"]
    #expect(try train(["--epochs", "2"] + events + ["a"], in: folder).status == 0)
    try train(["--epochs", "2"] + events + ["b"], in: folder).expectFailure(
      "events has event files of another training")
    #expect(!folder.exists("b"))
    let resumed = try BatchwiseProcess(
      ["train", "--resume", "--epochs", "3"] + events + ["a"], in: folder)
    #expect(resumed.status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("events").path)
      .sorted().map { try Data(contentsOf: folder.file("events/\($0)")) }
    func count(_ tag: String) -> [Int] {
      files.map { $0.ranges(of: Array(tag.utf8)).count }
    }
    #expect(count("brain.Event:2") == [1, 1])
    for tag in ["loss/training", "loss/validation", "accuracy/training", "accuracy/validation"] {
      #expect(count(tag) == [2, 1], "\(tag)")
    }
    #expect(count("learning_rate") == [2, 1])
    #expect(count("accuracy/test") == [1, 1])
  }

  @Test func otherFilesAreNotReplaced() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    try OutputFolder(folder.file("a")).write("mine", as: "report.html")
    try train(["--epochs", "1", "--output", "a"], in: folder).expectFailure(
      "a/report.html is there, and not by a training, so it is not replaced")
    #expect(try String(contentsOf: folder.file("a/report.html"), encoding: .utf8) == "mine")
    #expect(!folder.exists("a/checkpoint.safetensors"))
  }

  /// Six files of CIFAR-10's records: a byte with the class and 3,072 pixels.
  @Test func aFolderOfCIFAR10IsTrainedOn() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.file("data"), withIntermediateDirectories: true)
    for index in 1...6 {
      let records = (0..<10).flatMap { label in
        [UInt8(label)] + [UInt8](repeating: UInt8(20 * label + index), count: 3072)
      }
      let name = index == 6 ? "test_batch.bin" : "data_batch_\(index).bin"
      try Data(records).write(to: folder.file("data/\(name)"))
    }
    let arguments = [
      "train", "--data", "./data", "--model", "mlp:3072-4-10", "--epochs", "1", "--output",
    ]
    let run = try BatchwiseProcess(arguments + ["a"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(folder.exists("a/checkpoint.safetensors"))
    try Data([UInt8](repeating: 9, count: 3073) + [10]).write(
      to: folder.file("data/data_batch_4.bin"))
    let short = try BatchwiseProcess(arguments + ["b"], in: folder)
    short.expectFailure("data_batch_4.bin: at byte 3074: truncated: 3073 bytes of record 1")
  }

  @Test func eitherEngineOnAnyThreadsGivesOneFingerprint() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let engines = [["--engine", "reference"], ["--threads", "1"], ["--threads=3"], []]
    let fingerprints = try engines.enumerated().map { index, engine in
      try fingerprint(train(engine + ["--output", "\(index)"], in: folder))
    }
    #expect(Set(fingerprints).count == 1, "\(fingerprints)")
  }

  @Test func resumingGivesTheFingerprintOfOneRun() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let whole = try train(["--epochs", "3", "--output", "whole"], in: folder)
    let first = try train(["--epochs", "1", "--output", "parts"], in: folder)
    #expect(try fingerprint(first) != fingerprint(whole))
    let rest = try BatchwiseProcess(
      ["train", "--resume", "--output", "parts", "--epochs", "3"], in: folder)
    #expect(rest.status == 0)
    #expect(rest.output.hasPrefix("epoch 2 "))
    #expect(try fingerprint(rest) == fingerprint(whole))
    let again = try BatchwiseProcess(
      ["train", "--resume", "--output=parts", "--epochs=2"], in: folder)
    #expect(again.status == 0)
    #expect(again.output.hasPrefix("3 epochs are done; a larger --epochs trains for more\n"))
    #expect(try fingerprint(again) == fingerprint(whole))
  }

  @Test func anInterruptInMidEpochLosesNothing() throws {
    let folder = try TemporaryFolder()
    try TinyDataset(training: 4000).write(to: folder)
    let options = ["--model", "mlp:16-64-10", "--batch-size", "1", "--epochs", "2"]
    let base = ["train", "--data", "./data"] + options
    let whole = try BatchwiseProcess(base + ["--output", "whole"], in: folder)
    #expect(whole.status == 0)
    // Where the signal falls isn't known; it is in the middle of an epoch sooner or later.
    for attempt in 1...5 {
      let output = "parts \(attempt)"
      let run = try BatchwiseProcess(
        base + ["--output", output], in: folder, started: BatchwiseProcess.interrupt)
      #expect(run.status == 1)
      let message = try #require(
        run.errors.wholeMatch(
          of: /batchwise: interrupted: (.+) keeps (\d+) epochs and (\d+) batches; go on with (.+)\n/
        ), "\(run.errors)")
      #expect(message.1 == output)
      #expect(message.4 == "batchwise train --resume --output '\(output)' --epochs 2")
      guard message.3 != "0" else { continue }
      let resume = ["train", "--resume", "--output", output, "--epochs", "2"]
      let other = try BatchwiseProcess(resume + ["--batch-size", "2"], in: folder)
      other.expectFailure(
        "checkpoint.safetensors is in the middle of epoch \((Int(message.2) ?? 0) + 1)")
      let rest = try BatchwiseProcess(resume, in: folder)
      #expect(rest.status == 0)
      #expect(try fingerprint(rest) == fingerprint(whole))
      return
    }
    Issue.record("no interrupt fell into the middle of an epoch")
  }

  @Test func initialWeightsOfACheckpointStartFromThem() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let first = try train(
      ["--epochs", "0", "--seed", "2", "--output", "initial"], in: folder)
    let same = try train(["--epochs", "1", "--seed", "3", "--output", "a"], in: folder)
    let other = try train(
      [
        "--epochs", "1", "--seed", "3", "--output", "b", "--initial-weights",
        "initial/checkpoint.safetensors",
      ], in: folder)
    #expect([first.status, same.status, other.status] == [0, 0, 0])
    #expect(try fingerprint(same) != fingerprint(other))
    let nothing = try train(
      [
        "--epochs", "0", "--seed", "3", "--output", "c", "--initial-weights",
        "initial/checkpoint.safetensors",
      ], in: folder)
    #expect(try fingerprint(nothing) == fingerprint(first))
  }

  @Test func `micro-batches change nothing, and where they do it is said`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let parts = ["--micro-batch-size", "3"]
    let whole = try train(["--output", "a"], in: folder)
    let accumulated = try train(parts + ["--output", "b"], in: folder)
    #expect(try fingerprint(accumulated) == fingerprint(whole))
    #expect(accumulated.output.hasPrefix("epoch 1 "))
    let coupled = try BatchwiseProcess(
      [
        "train", "--data", "./data", "--model", "mlp:16-8-10+batchnorm", "--batch-size", "6",
        "--output", "c",
      ] + parts, in: folder)
    #expect(coupled.status == 0 && coupled.errors == "")
    #expect(
      coupled.output.hasPrefix(
        "micro-batches don't add up to the bits of a whole batch: batch normalisation takes"))
  }

  /// Scaling is the same as saying its numbers, and is resumed with the same numbers.
  @Test func `a rule scales the whole optimizer, and says so`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let rule = ["--scale-learning-rate", "sqrt", "--base-batch-size", "28"]
    let decays = ["--beta1", "0.875", "--beta2", "0.96875", "--epsilon", "0.25"]
    let scaled = try train(rule + decays + ["--output", "a", "--epochs", "2"], in: folder)
    #expect(
      scaled.output.hasPrefix(
        "sqrt scaling from batches of 28 to 7: learning rate 0.0005, β₁ 0.96875, β₂ 0.9921875, ε 0.5\n"
      ),
      "\(scaled.output)")
    let plain = try train(
      [
        "--learning-rate", "0.0005", "--beta1", "0.96875", "--beta2", "0.9921875", "--epsilon",
        "0.5",
        "--output", "b", "--epochs", "2",
      ], in: folder)
    #expect(try fingerprint(scaled) == fingerprint(plain))
    _ = try train(rule + decays + ["--output", "c", "--epochs", "1"], in: folder)
    let resumed = try BatchwiseProcess(
      ["train", "--resume", "--output", "c", "--epochs", "2"], in: folder)
    #expect(try fingerprint(resumed) == fingerprint(plain))
  }

  @Test func `a rule that is not the optimizer's is said to be`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let linear = ["--scale-learning-rate", "linear", "--base-batch-size"]
    let run = try train(linear + ["7", "--output", "a"], in: folder)
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.hasPrefix("linear scaling is sgd's rule: adam steps no farther"))
    let far = try train(
      ["--scale-learning-rate", "sqrt", "--base-batch-size", "1", "--beta1", "0.5"], in: folder)
    far.expectFailure("the square-root rule has no decay 1 − κ(1 − β) for κ = 7/1")
  }

  /// Going on with another batch size is the run that was scheduled so.
  @Test func `a training goes on with another batch size, and says what changes`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let rule = ["--scale-learning-rate", "sqrt", "--base-batch-size", "7"]
    for (index, options) in [[], rule].enumerated() {
      let whole = try train(
        options + ["--epochs", "3", "--batch-size-schedule", "1:14", "--output", "whole\(index)"],
        in: folder)
      let output = ["--output", "parts\(index)"]
      #expect(try train(options + output + ["--epochs", "1"], in: folder).status == 0)
      let resume = ["train", "--resume", "--batch-size", "14"] + output
      let second = try BatchwiseProcess(resume + ["--epochs", "2"], in: folder)
      let said = "batch size 14 instead of 7 from epoch 2 on: 4 steps an epoch instead of 8; "
      #expect(second.output.hasPrefix(said + (index == 0 ? "the learning rate stays\n" : "sqrt")))
      #expect(whole.output.contains("\n" + said))
      // 14 is the batch size by now, and nothing changes.
      let third = try BatchwiseProcess(resume + ["--epochs", "3"], in: folder)
      #expect(third.output.hasPrefix("epoch 3 "))
      #expect(try fingerprint(third) == fingerprint(whole))
      #expect(second.errors + third.errors == "")
    }
  }

  @Test func `a batch size that cannot be scaled to is a failure before training`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try train(
      [
        "--scale-learning-rate", "sqrt", "--base-batch-size", "7", "--batch-size-schedule", "1:54",
        "--beta1", "0.5", "--output", "a",
      ], in: folder)
    run.expectFailure("the square-root rule has no decay")
    #expect(!folder.exists("a"))
  }

  @Test func `epochs at a learning rate of 0 are said to be`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let options = ["--optimizer", "adamw", "--schedule", "cosine:1", "--output", "a"]
    let first = try train(options + ["--epochs", "1"], in: folder)
    #expect(first.output.hasPrefix("epoch 1 "))
    let second = try BatchwiseProcess(
      ["train", "--resume", "--output", "a", "--epochs", "3"], in: folder)
    #expect(
      second.output.hasPrefix(
        "the learning rate is 0 after 1 epoch, and the other 2 of 3 change nothing"))
    #expect(second.status == 0 && second.errors == "")
  }

  @Test func twoSeedsAreTwoRunsAndOneSeedIsOne() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let runs = try [("a", "1"), ("b", "1"), ("c", "2")].map { output, seed in
      try fingerprint(
        try train(["--epochs", "1", "--seed", seed, "--output", output], in: folder))
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test func aTrainingIsNotOverwritten() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    #expect(try train(["--epochs", "1", "--output", "a"], in: folder).status == 0)
    let before = try Data(contentsOf: folder.file("a/checkpoint.safetensors"))
    let run = try train(["--epochs", "1", "--seed", "2", "--output", "a"], in: folder)
    run.expectFailure(
      "a holds a training already: go on with it by --resume, or choose another --output")
    #expect(try Data(contentsOf: folder.file("a/checkpoint.safetensors")) == before)
  }

  @Test func resumingWithOtherSettingsIsMisuse() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    #expect(try train(["--epochs", "0", "--output", "a"], in: folder).status == 0)
    for changed in [
      ["--seed", "2"], ["--batch-size", "8", "--seed", "2"], ["--optimizer", "sgd"],
      ["--learning-rate", "0.5"],
      ["--model", "mlp:16-9-10"], ["--normalization", "unit"], ["--no-shuffle"],
      ["--micro-batch-size", "2"], ["--batch-size-schedule", "1:8"],
    ] {
      let run = try BatchwiseProcess(
        ["train", "--resume", "--output", "a", "--epochs", "1"] + changed, in: folder)
      run.expectFailure("--resume goes on with the settings of ", status: 2)
    }
  }

  @Test func resumingMayRepeatItsSettings() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    #expect(try train(["--epochs", "0", "--output", "a"], in: folder).status == 0)
    #expect(try train(["--epochs", "1", "--output", "a", "--resume"], in: folder).status == 0)
  }

  @Test func resumingNeedsATraining() throws {
    let folder = try TemporaryFolder()
    let run = try BatchwiseProcess(["train", "--resume", "--output", "nothing"], in: folder)
    run.expectFailure("nothing holds no training to go on with")
    #expect(!folder.exists("nothing"))
  }

  @Test func resumingOnOtherDataIsFoundOut() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    #expect(try train(["--epochs", "0", "--output", "a"], in: folder).status == 0)
    try TinyDataset(training: 70).write(to: folder)
    let run = try BatchwiseProcess(
      ["train", "--resume", "--output", "a", "--epochs", "1"], in: folder)
    run.expectFailure("/data gives 63 images to train on, but the checkpoint was trained on 54")
  }
}
