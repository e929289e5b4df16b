import Files
import Foundation
import Testing
import TrainingCore

/// Files of weights as people have them, through every command that takes one.
@Suite struct GivenWeightsTests {
  private static let model = "mlp:16-8-10"

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    return folder
  }

  /// Writes a model's weights under other names.
  private func write(
    _ model: String = model, as path: String, in folder: TemporaryFolder,
    naming name: (String) -> String
  ) throws {
    let model = try ModelSpec(named: model)
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 9)
    var file = Checkpoint.weights(of: state, model: model)
    file.entries = Dictionary(
      uniqueKeysWithValues: file.entries.map { (name($0.key), $0.value) })
    try file.encoded().write(to: folder.file(path))
  }

  private func train(_ options: [String], in folder: TemporaryFolder) throws -> BatchwiseProcess {
    try BatchwiseProcess(
      ["train", "--data", "./data", "--model", Self.model, "--epochs", "0"] + options, in: folder)
  }

  /// A wrapper is stripped by each, which says so in one line and then does its work.
  @Test(arguments: [
    ["evaluate", "w"], ["verify", "--batch-size", "12", "--checkpoint", "w"],
    ["noise-scale", "--small", "2", "--large", "4", "--checkpoint", "w"],
    ["train", "--epochs", "0", "--initial-weights", "w"],
  ])
  func everyCommandStripsAWrapper(_ words: [String]) throws {
    let folder = try folder()
    try write(as: "w", in: folder) { "module." + $0 }
    let run = try BatchwiseProcess(
      words + ["--data", "./data", "--model", Self.model], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "w: the prefix 'module.' is stripped from all names\n")
  }

  /// What is loaded is what was saved: the checkpoint before the first step has the file's numbers.
  @Test func numbersAndNamesLeadToTheSameWeights() throws {
    let folder = try folder()
    try write(as: "plain", in: folder) { $0 }
    try write(as: "numbered", in: folder) {
      $0.replacing("fc1", with: "0").replacing("fc2", with: "2")
    }
    try write(as: "named", in: folder) {
      $0.replacing("fc1", with: "a").replacing("fc2", with: "b")
    }
    let cases: [(String, [String])] = [
      ("plain", []), ("numbered", []),
      ("named", ["--rename", "a=fc1,b.weight=fc2.weight,b.bias=fc2.bias"]),
    ]
    let outputs = try cases.map { name, options in
      let run = try train(
        ["--initial-weights", name, "--output", "out-\(name)"] + options, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      return run.output.replacing("out-\(name)", with: "out")
    }
    #expect(Set(outputs).count == 1)
    try train(["--initial-weights", "named", "--output", "b"], in: folder)
      .expectFailure("has no tensor 'a.bias'")
    #expect(!folder.exists("b"))
  }

  @Test func theHeadIsLeftOutWhereAsked() throws {
    let folder = try folder()
    try write("mlp:16-8-4", as: "four", in: folder) { $0 }
    let options = ["--initial-weights", "four", "--output", "a"]
    try train(options, in: folder)
      .expectFailure("tensor 'fc2.weight' is F32 [4, 8], but F32 [10, 8] is expected")
    let run = try train(options + ["--without-head"], in: folder)
    let other = try train(
      ["--initial-weights", "four", "--output", "b", "--without-head", "--seed", "2"], in: folder)
    #expect(other.status == 0 && other.output != run.output)
    #expect(run.status == 0 && run.errors == "four: the head 'fc2' is left out\n", "\(run.errors)")
  }

  @Test func optionsForWeightsNeedThem() throws {
    let folder = try folder()
    try write(as: "w", in: folder) { $0 }
    #expect(try train(["--output", "a"], in: folder).status == 0)
    for (words, problem) in [
      (["train", "--without-head", "--output", "b"], "--without-head goes with --initial-weights"),
      (["train", "--rename", "a=b", "--output", "b"], "--rename goes with --initial-weights"),
      (["verify", "--rename", "a=b"], "--rename goes with --checkpoint"),
      (["evaluate", "a", "--rename", "a=b"], "--rename goes with --model"),
      (["study", "transfer", "--rename", "a=b", "--output", "b"], "--rename goes with --weights"),
      (["train", "--resume", "--output", "a", "--rename", "a=b"], "--rename and --resume exclude"),
      (["train", "--resume", "--output", "a", "--without-head"], "--without-head and --resume"),
      (["train", "--initial-weights", "w", "--rename", "a"], "--rename 'a': OLD=NEW expected"),
      (["train", "--initial-weights", "w", "--rename", "a="], "--rename 'a=': OLD=NEW expected"),
      (
        ["train", "--initial-weights", "w", "--rename", "a=b,a=c"],
        "'a=c': OLD=NEW expected, and each"
      ),
    ] {
      try BatchwiseProcess(words, in: folder).expectFailure(problem, status: 2)
    }
    #expect(!folder.exists("b"))
  }

  /// A file that is something else is called by its name, by each command.
  @Test func picklesAreRefusedByName() throws {
    let folder = try folder()
    try Data([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9]).write(to: folder.file("w.pt"))
    for words in [
      ["evaluate", "w.pt"], ["evaluate", "w.pt", "--model", Self.model],
      ["train", "--initial-weights", "w.pt"], ["verify", "--checkpoint", "w.pt"],
      ["noise-scale", "--checkpoint", "w.pt"], ["study", "transfer", "--weights", "w.pt"],
    ] {
      try BatchwiseProcess(words, in: folder).expectFailure(
        "w.pt: it is a PyTorch pickle: save its state_dict by safetensors.torch.save_file")
    }
  }

  /// Equal runs write equal bytes, also where one was resumed, and a resumed one keeps its times.
  @Test func equalRunsHaveEqualCheckpoints() throws {
    let folder = try folder()
    func checkpoint(_ name: String) throws -> Data {
      try Data(contentsOf: folder.file("\(name)/checkpoint.safetensors"))
    }
    func seconds() throws -> [Double] {
      let history = try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.file("c/history.json")))
      let epochs = try #require((history as? [String: Any])?["epochs"] as? [[String: Any]])
      return epochs.compactMap { $0["seconds"] as? Double }
    }
    let options = ["train", "--data", "./data", "--model", Self.model, "--output"]
    for name in ["a", "b"] {
      #expect(try BatchwiseProcess(options + [name, "--epochs", "2"], in: folder).status == 0)
    }
    #expect(try checkpoint("a") == checkpoint("b"))
    #expect(try BatchwiseProcess(options + ["c", "--epochs", "1"], in: folder).status == 0)
    let first = try seconds()
    #expect(first.count == 1)
    let resumed = ["train", "--resume", "--output", "c", "--epochs"]
    #expect(try BatchwiseProcess(resumed + ["2"], in: folder).status == 0)
    #expect(try checkpoint("c") == checkpoint("a"))
    #expect(try seconds().first == first.first && seconds().count == 2)
    // Without the history, the run goes on; only the times of what was before are unknown.
    try FileManager.default.removeItem(at: folder.file("c/history.json"))
    #expect(try BatchwiseProcess(resumed + ["3"], in: folder).status == 0)
    #expect(try seconds().count == 1)
  }
}
