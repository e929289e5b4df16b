import Foundation
import Testing

/// What a user may hand the program that it can't use: one line each, and nothing is written.
@Suite struct BadInputTests {
  private func train(
    _ options: [String] = [], data: String = "./data", model: String = "mlp:16-8-10",
    in folder: TemporaryFolder
  ) throws -> BatchwiseProcess {
    try BatchwiseProcess(
      ["train", "--data", data, "--model", model, "--epochs", "1", "--output", "a"] + options,
      in: folder)
  }

  @Test func damagedDataNamesFileAndProblem() throws {
    let folder = try TemporaryFolder()
    var wrongMagic = TinyDataset()
    wrongMagic.trainingImages.replaceSubrange(0..<2, with: [1, 2])
    var truncated = TinyDataset()
    truncated.testImages.removeLast(3)
    var trailing = TinyDataset()
    trailing.testLabels.append(0)
    var fewer = TinyDataset()
    fewer.trainingLabels[7] = 59
    fewer.trainingLabels.removeLast()
    for (dataset, file, problem) in [
      (wrongMagic, "train-images-idx3-ubyte", "not an IDX file"),
      (truncated, "t10k-images-idx3-ubyte", "truncated: 320 bytes"),
      (trailing, "t10k-labels-idx1-ubyte", "the end is expected after 20 bytes"),
      (fewer, "train-labels-idx1-ubyte", "59 labels, but 60 images"),
    ] {
      try dataset.write(to: folder)
      let run = try train(in: folder)
      run.expectFailure(file)
      run.expectFailure(problem)
    }
    #expect(!folder.exists("a"))
  }

  @Test func `a truncated gzip file is a failure that names the file`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let stem = "data/train-images-idx3-ubyte"
    try FileManager.default.removeItem(at: folder.file(stem))
    // The ten bytes of gzip's header, and no data.
    try Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]).write(to: folder.file(stem + ".gz"))
    let run = try train(in: folder)
    run.expectFailure("train-images-idx3-ubyte.gz")
    run.expectFailure("truncated: the file ends inside its gzip stream")
  }

  @Test func `a data set that is not there is a failure that says what there is`() throws {
    let folder = try TemporaryFolder()
    try train(data: "fashion-mnist-1k", in: folder).expectFailure(
      "did you mean fashion-mnist-10k?")
    try train(data: "./nowhere", in: folder).expectFailure("/nowhere: no such folder")
    #expect(!folder.exists("a"))
  }

  @Test func `a model that does not fit the data or the memory is a failure`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    try train(model: "mlp-9", in: folder).expectFailure("--model: unknown model 'mlp-9'", status: 2)
    try train(model: "mlp-1", in: folder).expectFailure(
      "model mlp-1 takes images of 28×28×1 but the data's are 4×4×1")
    try train(model: "mlp:16-8-9", in: folder).expectFailure("has 9 outputs but the data has 10")
    try train(["--batch-size", "1"], model: "mlp:16-8-10+batchnorm", in: folder).expectFailure(
      "batch normalisation has no variance over one sample")
    #expect(!folder.exists("a"))
  }

  @Test func `an output folder that cannot be written is a failure before training`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    try Data("text".utf8).write(to: folder.file("file"))
    #if os(Linux)
      let unwritable = "/proc/batchwise"
    #else
      let unwritable = "/System/batchwise"
    #endif
    for (command, output, problem) in [
      (["train"], "file", "a file stands where a folder is needed"),
      (["train"], "file/below", "a file stands where a folder is needed"),
      (["study", "fixed"], "file", "a file stands where a folder is needed"),
      (["train"], unwritable, "cannot create the folder \(unwritable)"),
      (["study", "fixed"], unwritable, "cannot create the folder \(unwritable)"),
    ] {
      let isTraining = command == ["train"]
      let options = [
        isTraining ? "--model" : "--models", "mlp:16-8-10",
        isTraining ? "--batch-size" : "--batch-sizes", "2",
      ]
      let run = try BatchwiseProcess(
        command + ["--data", "./data", "--output", output] + options, in: folder)
      run.expectFailure(problem)
    }
    #expect(try String(contentsOf: folder.file("file"), encoding: .utf8) == "text")
  }

  @Test func `a loss that diverges ends the training with advice`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    let run = try train(["--optimizer", "sgd", "--learning-rate", "1e30"], in: folder)
    run.expectFailure(
      "the loss of epoch 1 is not a number: use a smaller learning rate; nothing was saved yet")
    #expect(!folder.exists("a/checkpoint.safetensors"))
  }

  @Test func `unknown engines and impossible thread counts are misuse`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    for command in [["train"], ["evaluate", "a"], ["study", "fixed"], ["verify"]] {
      try BatchwiseProcess(command + ["--engine", "optimised"], in: folder)
        .expectFailure("did you mean optimized?", status: 2)
      try BatchwiseProcess(command + ["--engine", "reference", "--threads", "2"], in: folder)
        .expectFailure("the reference trainer has one thread", status: 2)
      try BatchwiseProcess(command + ["--threads", "0"], in: folder)
        .expectFailure("--threads", status: 2)
    }
  }

  @Test func `a damaged checkpoint is a failure that names the file`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    #expect(try train(in: folder).status == 0)
    let file = folder.file("a/checkpoint.safetensors")
    let whole = try Data(contentsOf: file)
    for damaged in [whole.dropLast(5), whole.prefix(4), Data(), Data(repeating: 0xFF, count: 64)] {
      try damaged.write(to: file)
      try BatchwiseProcess(["evaluate", "a"], in: folder).expectFailure("checkpoint.safetensors: ")
      try BatchwiseProcess(["train", "--resume", "--output", "a"], in: folder).expectFailure(
        "checkpoint.safetensors: ")
      #expect(try Data(contentsOf: file) == Data(damaged))
    }
  }

  @Test func `initial weights of another model are a failure`() throws {
    let folder = try TemporaryFolder()
    try TinyDataset().write(to: folder)
    #expect(try train(in: folder).status == 0)
    let weights = ["--initial-weights", "a/checkpoint.safetensors", "--output"]
    for (model, problem) in [
      ("mlp:16-9-10", "tensor 'fc1.weight' is F32 [8, 16], but F32 [9, 16] is expected"),
      ("mlp:16-8-8-10", "a/checkpoint.safetensors: tensor "),
      ("mlp:16-10", "model mlp:16-10 has no tensor"),
    ] {
      let run = try BatchwiseProcess(
        ["train", "--data", "./data", "--model", model] + weights + ["b"], in: folder)
      run.expectFailure(problem)
    }
    try BatchwiseProcess(
      ["train", "--initial-weights", "nowhere.safetensors", "--output", "b"], in: folder
    )
    .expectFailure("nowhere.safetensors")
    #expect(!folder.exists("b"))
  }
}
