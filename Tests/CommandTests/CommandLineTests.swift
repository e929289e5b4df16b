import Files
import Foundation
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
      let reasons = ["measured: ", "since no counter could be read (", "There is none ("]
      #expect(reasons.contains { run.output.replacing("\n", with: " ").contains($0) })
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
    let energy = try #require((decoded["energy"] as? [String: Any])?["provenance"] as? String)
    // While other programs run, there may be none.
    let carbon = (decoded["carbon"] as? [String: Any])?["provenance"] as? String
    #expect(carbon == (energy == "unavailable" ? energy : "modelled"))
    #expect((decoded["energyObstacle"] as? String == nil) == (energy == "measured"))
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

  @Test func `info names the processor, the data sets and the models`() throws {
    let folder = try TemporaryFolder()
    let run = try BatchwiseProcess(["info"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    for part in [
      "Batchwise", "processor", "cores", "built for", "fashion-mnist-10k", "mnist-5k",
      "fashion-mnist", "mlp-1", "814,090", "1,626,112", "+channels3", "+classes10", "+ghost64",
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
    (["train", "--learning-rate", "1e39"], "--learning-rate '1e39': a number of at least 0"),
    (["train", "--lr", "0.1"], "unknown option '--lr'; did you mean --learning-rate?"),
    (["train", "--wd", "0.1"], "unknown option '--wd'; did you mean --weight-decay?"),
    (["train", "--learning-rate", "1e-3,1e-2"], "a number of at least 0 expected, without commas"),
    (["train", "--clip-norm", "0"], "--clip-norm '0': a number above 0 expected"),
    (["train", "--output", ""], "--output '': a path expected"),
    (["train", "--learning-rate", "-0.1"], "--learning-rate '-0.1': a number of at least 0"),
    (["info", "me"], "unexpected argument 'me'; see batchwise info --help"),
    (["info", "\u{1B}[2J\n"], "unexpected argument '\u{FFFD}[2J '"),
  ])
  func misuseIsStatusTwo(words: [String], problem: String) throws {
    let folder = try TemporaryFolder()
    try BatchwiseProcess(words, in: folder).expectFailure(problem, status: 2)
  }
}
