import Files
import Foundation
import Testing
import TrainingCore

/// `batchwise export` as a user runs it.
@Suite struct ExportCommandTests {
  private func trained(in folder: TemporaryFolder, _ options: [String] = []) throws {
    try TinyDataset().write(to: folder)
    let run = try BatchwiseProcess(
      ["train", "--data", "./data", "--model", "mlp:16-8-10", "--epochs", "1", "--output", "a"]
        + options, in: folder)
    try #require(run.status == 0, "\(run.errors)")
  }

  @Test func `export says what is in the file`() throws {
    let folder = try TemporaryFolder()
    try trained(in: folder)
    let run = try BatchwiseProcess(["export", "a", "--onnx", "new/a.onnx"], in: folder)
    #expect(run.status == 0 && run.errors == "")
    let file = try Data(contentsOf: folder.file("new/a.onnx"))
    for part in [
      "new/a.onnx, \(file.count / 1000),", "mlp:16-8-10", "opset 17, IR version 8",
      "float32 [N, 16]", "(x/255 − mean)/std, mean 0.5, std 0.5", "float32 [N, 10]",
    ] {
      #expect(run.output.contains(part), "\(part) in \(run.output)")
    }
    // The first field is the version of the format.
    #expect(Array(file.prefix(2)) == [0x08, 8])
    for part in ["batchwise", "mlp:16-8-10", "fc2.weight", "logits", "0.5"] {
      #expect(file.range(of: Data(part.utf8)) != nil, "\(part)")
    }
    // Written again, the file is the same, and is replaced.
    #expect(try BatchwiseProcess(["export", "a/", "--onnx", "new/a.onnx"], in: folder).status == 0)
    #expect(try Data(contentsOf: folder.file("new/a.onnx")) == file)
  }

  /// Mean and deviation of the training images are found again, unless the images are gone.
  @Test func `export finds the normalisation that was trained with`() throws {
    let folder = try TemporaryFolder()
    try trained(in: folder, ["--normalization", "standard"])
    let export = ["export", "a", "--onnx", "a.onnx"]
    let whole = try BatchwiseProcess(export, in: folder)
    let pixels = TinyDataset().trainingImages.dropFirst(16).map(Double.init)
    let count = Double(pixels.count)
    let (sum, squares) = pixels.reduce((0, 0)) { ($0.0 + $1, $0.1 + $1 * $1) }
    let mean = Float(sum / (255 * count))
    let deviation = Float((count * squares - sum * sum).squareRoot() / (255 * count))
    #expect(whole.output.contains("mean \(mean), std \(deviation)\n"), "\(whole.output)")
    try FileManager.default.moveItem(at: folder.file("data"), to: folder.file("moved"))
    try BatchwiseProcess(export, in: folder).expectFailure("/data")
    let moved = try BatchwiseProcess(export + ["--data", "./moved"], in: folder)
    #expect(moved.output == whole.output)
    try BatchwiseProcess(export + ["--data", "mnist-5k"], in: folder).expectFailure("28×28")
  }

  @Test func `tensors alone have the normalisation that is given`() throws {
    let folder = try TemporaryFolder()
    let model = try ModelSpec(named: "lenet")
    let state = ModelState.initial(model: model, optimizer: .sgd(SGDSpec()), seed: 9)
    try Checkpoint.weights(of: state, model: model).encoded()
      .write(to: folder.file("plain.safetensors"))
    let export = ["export", "plain.safetensors", "--onnx", "plain.onnx", "--model", "lenet"]
    let unknown = try BatchwiseProcess(export, in: folder)
    #expect(unknown.status == 0 && unknown.output.contains("unknown: tensors alone don't say it"))
    #expect(unknown.output.contains("float32 [N, 1, 28, 28]"))
    #expect(try Data(contentsOf: folder.file("plain.onnx")).range(of: Data("mean".utf8)) == nil)
    let given = try BatchwiseProcess(export + ["--normalization", "unit"], in: folder)
    #expect(given.output.contains("mean 0.0, std 1.0"))
    #expect(try Data(contentsOf: folder.file("plain.onnx")).range(of: Data("mean".utf8)) != nil)
  }

  @Test func `export refuses what it can't write`() throws {
    let folder = try TemporaryFolder()
    try trained(in: folder)
    let checkpoint = try Data(contentsOf: folder.file("a/checkpoint.safetensors"))
    for (options, problem, status) in [
      ([], "name the file to write with --onnx FILE", 2),
      (["--onnx", ""], "--onnx '': a path expected", 2),
      (["--onnx", "a/checkpoint.safetensors"], "its name ends in .onnx", 2),
      (["--onnx", "data/t10k-labels-idx1-ubyte/a.onnx"], "--onnx: cannot create the folder", 1),
      (["--onnx", "a.onnx", "--model", "lenet"], "tensor", 1),
      (["--onnx", "a.onnx", "--engine", "reference"], "unknown option '--engine'", 2),
    ] as [([String], String, Int32)] {
      try BatchwiseProcess(["export", "a"] + options, in: folder)
        .expectFailure(problem, status: status)
    }
    try FileManager.default.createDirectory(
      at: folder.file("b.onnx"), withIntermediateDirectories: true)
    try BatchwiseProcess(["export", "a", "--onnx", "b.onnx"], in: folder)
      .expectFailure("--onnx 'b.onnx' is a folder", status: 2)
    try BatchwiseProcess(["export", "nowhere", "--onnx", "a.onnx"], in: folder)
      .expectFailure("nowhere")
    #expect(try Data(contentsOf: folder.file("a/checkpoint.safetensors")) == checkpoint)
    #expect(!folder.exists("a.onnx"))
  }
}
