import Foundation
import Testing

/// `batchwise import` as a user runs it, and what it says of data with something to know about it.
@Suite struct ImportCommandTests {
  /// A table of 4×4 images, whose class is told by a bright pixel.
  private static func table(_ count: Int) -> Data {
    let header = "label," + (0..<16).map { "pixel\($0)" }.joined(separator: ",")
    let rows = (0..<count).map { index in
      "\(index % 10)," + (0..<16).map { $0 == index % 10 ? "255" : "7" }.joined(separator: ",")
    }
    return Data(([header] + rows).joined(separator: "\n").utf8)
  }

  @Test func aTableIsImportedAndTrainedOn() throws {
    let folder = try TemporaryFolder()
    try Self.table(50).write(to: folder.file("mnist_train.csv"))
    try Self.table(20).write(to: folder.file("mnist_test.csv"))
    let words = ["import", "mnist_train.csv", "mnist_test.csv", "--output", "data"]
    let run = try BatchwiseProcess(words, in: folder)
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output == "data: 50 training and 20 test images of 4×4×1, 10 classes\n")
    let trained = try BatchwiseProcess(
      [
        "train", "--data", "./data", "--model", "mlp:16-8-10", "--epochs", "1", "--output", "a",
      ], in: folder)
    #expect(trained.status == 0 && trained.errors == "")
    try BatchwiseProcess(words, in: folder).expectFailure("data has a data set already")
    try BatchwiseProcess(["import", "mnist_train.csv", "--output", "b"], in: folder)
      .expectSuccess("10 of 50 images were drawn")
  }

  @Test func `what can't be imported is one line, and nothing is written`() throws {
    let folder = try TemporaryFolder()
    try Data("file,label\na.png,1\n".utf8).write(to: folder.file("labels.csv"))
    for (words, problem, status) in [
      (["labels.csv"], "labels.csv: row 2: 'a.png' isn't a number", 1),
      (["nowhere.npz"], "nowhere.npz: no such file or folder", 1), (["."], "labels.csv", 1),
      ([], "SOURCE is missing", 2), (["x", "--shape", "28"], "--shape '28': 28x28, 3x32x32", 2),
      (["x", "--channels", "middle"], "one of first, last expected", 2),
      (["x", "--labels", "file"], "one of fine, coarse expected; did you mean fine?", 2),
    ] as [([String], String, Int32)] {
      try BatchwiseProcess(["import"] + words, in: folder).expectFailure(problem, status: status)
    }
    #expect(!folder.exists("out"))
  }

  /// CIFAR-100's folder is data by itself, with fine labels; import writes the coarse ones.
  @Test func coarseLabelsAreImported() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.file("cifar"), withIntermediateDirectories: true)
    var records: [UInt8] = []
    for label in 0..<20 as Range<UInt8> {
      records += [label / 10, label]
      records += [UInt8](repeating: 10 * label, count: 3072)
    }
    for name in ["train.bin", "test.bin"] {
      try Data(records).write(to: folder.file("cifar/\(name)"))
    }
    try BatchwiseProcess(
      ["import", "cifar", "--labels", "coarse", "--output", "data"], in: folder
    )
    .expectSuccess("20 training and 20 test images of 32×32×3, 20 classes")
    for (data, model, problem) in [
      ("./cifar", "mlp:3072-100", nil), ("./data", "mlp:3072-2", nil),
      ("./cifar", "mlp:3072-20", "has 20 outputs but the data has 100 classes: use mlp:3072-100"),
    ] as [(String, String, String?)] {
      let run = try BatchwiseProcess(
        [
          "train", "--data", data, "--model", model, "--epochs", "0", "--output",
          UUID().uuidString,
        ], in: folder)
      if let problem {
        run.expectFailure(problem)
      } else {
        #expect(run.status == 0, "\(run.errors)")
      }
    }
  }

  /// The letters of EMNIST are 1 to 26; here they are 1 to 10, and the test set has an eleventh.
  @Test func labelsToKnowAboutAreTold() throws {
    let folder = try TemporaryFolder()
    var data = TinyDataset()
    for index in data.trainingLabels.indices.dropFirst(8) { data.trainingLabels[index] += 1 }
    for index in data.testLabels.indices.dropFirst(8) { data.testLabels[index] += 1 }
    data.testLabels[8] = 11
    try data.write(to: folder)
    let words = ["train", "--data", "./data", "--model", "mlp:16-8-11", "--epochs", "0"]
    let run = try BatchwiseProcess(words + ["--output", "a"], in: folder)
    #expect(run.status == 0)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasSuffix("labels 1 to 11 are counted from 0: class 0 is label 1") == true)
    #expect(lines.last?.contains("no training image is of class 10, which the test set") == true)
    #expect(lines.allSatisfy { $0.hasPrefix("note: ") })
  }
}

extension BatchwiseProcess {
  /// Expects that the program did what it was asked, and said so.
  fileprivate func expectSuccess(
    _ part: String, sourceLocation location: SourceLocation = #_sourceLocation
  ) {
    #expect(status == 0 && errors == "", "\(errors)", sourceLocation: location)
    #expect(output.contains(part), "\(output)", sourceLocation: location)
  }
}
