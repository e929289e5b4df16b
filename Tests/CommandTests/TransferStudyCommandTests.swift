import Files
import Foundation
import Testing
import TrainingCore

/// `batchwise study transfer` as a user runs it.
@Suite struct TransferStudyCommandTests {
  private static let base = "mobilenet-v2-tiny+width0.1+input8+notop"
  private static let study = [
    "study", "transfer", "--base", base, "--source", "./data", "--target", "./data",
    "--batch-sizes", "8,4", "--trials", "1", "--first-epochs", "1", "--second-epochs", "1",
    "--pretraining-epochs", "1", "--output", "b",
  ]

  /// The study's words with some options changed, added, or left out where they have no value.
  private static func words(_ changes: [String: String?]) -> [String] {
    var words = study
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      if let place = words.firstIndex(of: name) { words.removeSubrange(place...place + 1) }
      if let value { words += [name, value] }
    }
    return words
  }

  /// Writes a model's initial weights.
  private static func write(_ model: String, to folder: TemporaryFolder, as name: String) throws {
    let spec = try ModelSpec(named: model)
    let state = ModelState.initial(model: spec, optimizer: .sgd(SGDSpec()), seed: 1)
    try OutputFolder(folder.url).write(
      Checkpoint.weights(of: state, model: spec).encoded(), as: name)
  }

  @Test func theStudyWritesItsThreeFiles() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try BatchwiseProcess(Self.study, in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("b/report.html has the charts and the reasons."))
    #expect(run.output.contains("undecided: Training accuracy is the same for every batch size"))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(run.output)")
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("b/results.json")))
        as? [String: Any])
    #expect(results["isComplete"] as? Bool == true)
    #expect((results["records"] as? [Any])?.count == 1 + 2 * 2)
    #expect((results["rows"] as? [Any])?.count == 2 * 2 * 2)
    // Folders are named from the root on: the record holds in any folder.
    let data = try #require(results["data"] as? [String: Any])
    #expect((data["source"] as? String)?.hasPrefix("/") == true)
    #expect((data["name"] as? String)?.hasPrefix("/") == true)
    #expect(data["training"] as? Int == 60 && data["validation"] as? Int == 20)
    let csv = try String(contentsOf: folder.file("b/results.csv"), encoding: .utf8)
    #expect(csv.split(separator: "\r\n").count == 1 + 2 * 2 * 2)
    let page = try String(contentsOf: folder.file("b/report.html"), encoding: .utf8)
    #expect(page.contains("</html>"))
  }

  /// Both trainers and any number of threads write the same transfers.
  @Test func theTrainerChangesNothing() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    var files: [String] = []
    for engine in [["--engine", "reference"], ["--threads", "1"], ["--threads", "3"]] {
      #expect(try BatchwiseProcess(Self.study + engine, in: folder).status == 0)
      files.append(try String(contentsOf: folder.file("b/results.csv"), encoding: .utf8))
    }
    #expect(Set(files).count == 1)
  }

  /// A whole model is a file of weights for the study, its head being left out.
  @Test func aFileOfWeightsReplacesTheSource() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let top = "mobilenet-v2-tiny+width0.1+input8"
    try Self.write(top, to: folder, as: "base.safetensors")
    let run = try BatchwiseProcess(
      Self.words(
        ["--source": nil, "--pretraining-epochs": nil, "--weights": "base.safetensors"]), in: folder
    )
    #expect(run.status == 0, "\(run.errors)")
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("b/results.json")))
        as? [String: Any])
    #expect((results["data"] as? [String: Any])?["source"] as? String == "base.safetensors")
    let records = try #require(results["records"] as? [[String: Any]])
    #expect(records.count == 2 * 2 && records.allSatisfy { $0["pretraining"] == nil })
    try Self.write("mobilenet-v2-tiny+width2+input8", to: folder, as: "wide.safetensors")
    try BatchwiseProcess(
      Self.words([
        "--source": nil, "--pretraining-epochs": nil, "--weights": "wide.safetensors",
        "--output": "c",
      ]), in: folder
    ).expectFailure(
      "wide.safetensors: tensor 'features.0.0.weight' is F32 [16, 1, 3, 3], but F32 [8, 1, 3, 3] "
        + "is expected")
    #expect(!folder.exists("c/results.json"))
  }

  /// The article's hyperparameters, with a base small enough for a test.
  @Test func `the published preset has the hyperparameters of the article`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try BatchwiseProcess(Self.words(["--preset": "published"]), in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("b/results.json")))
        as? [String: Any])
    let options = try #require(results["options"] as? [String: Any])
    #expect((options["first"] as? [String: Any])?["learningRate"] as? Double == 1e-4)
    #expect((options["second"] as? [String: Any])?["learningRate"] as? Double == 2e-5)
    #expect(options["isBinary"] as? Bool == true)
    #expect(options["augmentation"] != nil)
    // Ten classes alike: the upper five, and a third of the others.
    #expect((results["data"] as? [String: Any])?["training"] as? Int == 40)
  }

  /// The default base has as many channels as the images, and grey ones are repeated for it.
  @Test func theDefaultBaseTakesImagesInColour() throws {
    let folder = try TemporaryFolder()
    try TinyDataset(training: 20, test: 10).write(to: folder)
    try TinyDataset(training: 20, test: 10).coloured.write(to: folder, as: "colour")
    let run = try BatchwiseProcess(
      Self.words(["--base": nil, "--target": "./colour", "--batch-sizes": "10"]), in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let results = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("b/results.json")))
        as? [String: Any])
    let options = try #require(results["options"] as? [String: Any])
    #expect(options["base"] as? String == "mobilenet-v2-tiny+channels3+notop")
    try BatchwiseProcess(Self.words(["--target": "./colour"]), in: folder).expectFailure(
      "use mobilenet-v2-tiny+input8+channels3+width0.1+notop")
  }

  /// The published base itself, at 96×96×3, begins to train on a few images.
  @Test func thePublishedBaseStarts() throws {
    let folder = try TemporaryFolder()
    try TinyDataset(training: 10, test: 10).write(to: folder)
    let run = try BatchwiseProcess(
      [
        "study", "transfer", "--preset", "published", "--source", "./data", "--target", "./data",
        "--batch-sizes", "4", "--trials", "1", "--first-epochs", "1", "--second-epochs", "1",
        "--pretraining-epochs", "1", "--output", "b",
      ], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(folder.exists("b/report.html"))
  }

  @Test(
    arguments: [
      (["--batch-sizes": "8,61"], "60 training images don't fill one batch of 61", 1),
      (["--batch-sizes": "8,08"], "--batch-sizes names a size twice: keep one", 2),
      (["--batch-sizes": "8,x"], "--batch-sizes 'x': whole numbers from 1", 2),
      (["--batch-sizes": "1"], "batch normalisation has no variance over one sample", 1),
      (["--images": "5"], "5 training images don't fill one batch of 8", 1),
      (["--base": "mobilenet-v3"], "--base: unknown model 'mobilenet-v3'", 2),
      (
        ["--base": "mobilenet-v2-tiny+input7"], "--base: model mobilenet-v2-tiny+input7 halves an",
        2
      ),
      (["--base": "mobilenet-v2-tiny"], "model mobilenet-v2-tiny ends with classes of its own", 1),
      (["--base": "lenet"], "model lenet has no batch normalisation", 1),
      (["--weights": "nowhere.safetensors"], "--weights and --source exclude each other", 2),
      (
        ["--source": nil, "--weights": "nowhere.safetensors"],
        "--weights and --pretraining-epochs exclude each other", 2
      ),
      (
        ["--source": nil, "--pretraining-epochs": nil, "--weights": "nowhere.safetensors"],
        "nowhere.safetensors", 1
      ),
      (["--source": "./nowhere"], "/nowhere: no such folder", 1),
      (["--target": "mnist-5"], "did you mean mnist-5k?", 1),
      (["--task": "three"], "--task 'three': one of classes, binary expected", 2),
      (["--trials": "0"], "--trials '0': a whole number from 1 to 1000", 2),
      (["--first-learning-rate": "0"], "--first-learning-rate '0': a number of at least", 2),
      (["--preset": "fast"], "--preset 'fast': one of quick, published expected", 2),
      (["--augmentation": "some"], "--augmentation 'some': one of none, published expected", 2),
      (["--seed": "-1"], "--seed '-1': a whole number from 0", 2),
    ] as [([String: String?], String, Int32)])
  func itRejectsWhatItCannotRun(
    _ options: [String: String?], _ problem: String, _ status: Int32
  ) throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    try BatchwiseProcess(Self.words(options), in: folder).expectFailure(problem, status: status)
    #expect(!folder.exists("b/results.json"))
  }

  @Test func imagesOfASingleClass() throws {
    let folder = try TemporaryFolder()
    try TinyDataset(training: 60, test: 1).write(to: folder)
    try BatchwiseProcess(Self.study, in: folder).expectFailure("all images (1) are of one class")
  }

  /// An interrupt before the first transfer is done leaves an earlier result alone.
  @Test func anInterruptedStudyLeavesAnEarlierResult() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    #expect(try BatchwiseProcess(Self.study, in: folder).status == 0)
    let earlier = try Data(contentsOf: folder.file("b/results.json"))
    try BatchwiseProcess(
      Self.words(["--pretraining-epochs": "10000"]), in: folder,
      started: BatchwiseProcess.interrupt
    ).expectFailure(
      "interrupted: what was done is in b/records; go on with the same command and --resume")
    #expect(try Data(contentsOf: folder.file("b/results.json")) == earlier)
    #expect(!folder.exists("b/interrupted"))
  }
}
