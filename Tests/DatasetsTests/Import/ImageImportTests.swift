import Foundation
import Testing
import TrainingCore

@testable import Datasets

/// Arrays of many names, types and shapes become the same data set.
@Suite struct ImageImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(
    _ files: [String: [UInt8]], of names: [String] = [""],
    _ change: (inout ImageImport.Options) -> Void = { _ in }
  ) throws -> (dataset: Dataset, notes: [String]) {
    for (name, bytes) in files { try folder.write(bytes, name) }
    var options = ImageImport.Options()
    change(&options)
    return try ImageImport.dataset(
      of: names.map { $0.isEmpty ? folder.path : "\(folder.path)/\($0)" }, name: "d",
      options: options)
  }

  private func problem(
    _ files: [String: [UInt8]], of names: [String] = [""],
    _ change: (inout ImageImport.Options) -> Void = { _ in }
  ) -> String {
    let error = #expect(throws: DatasetError.self) { try load(files, of: names, change) }
    return error?.description ?? ""
  }

  private static let trainingPixels = Array(noise(64)[..<48])
  private static let testPixels = Array(noise(64)[48...])

  /// Three training and one test image of 4×4, as bytes in NumPy's four arrays.
  private static func arrays(
    _ names: [String] = ["x_train", "y_train", "x_test", "y_test"]
  ) -> [(name: String, contents: [UInt8])] {
    let contents = [
      npy("|u1", [3, 4, 4], trainingPixels), npy("<i8", [3], elements([2, 0, 1] as [Int64])),
      npy("|u1", [1, 4, 4], testPixels), npy("<i8", [1, 1], elements([1] as [Int64])),
    ]
    return Array(zip(names, contents))
  }

  private func expectSound(_ dataset: Dataset, location: SourceLocation = #_sourceLocation) {
    #expect(dataset.shape == ImageShape(height: 4, width: 4), sourceLocation: location)
    #expect(dataset.training.pixels == Self.trainingPixels, sourceLocation: location)
    #expect(dataset.training.labels == [2, 0, 1], sourceLocation: location)
    #expect(dataset.test.pixels == Self.testPixels, sourceLocation: location)
    #expect(dataset.test.labels == [1] && dataset.classCount == 3, sourceLocation: location)
  }

  @Test(arguments: [
    ["x_train", "y_train", "x_test", "y_test"],
    ["train_images", "train_labels", "test_images", "test_labels"],
    ["kmnist-train-imgs", "kmnist-train-labels", "kmnist-test-imgs", "kmnist-test-labels"],
    ["X-train", "train.targets", "t10k-data", "Y_TEST"],
  ])
  func namesTellWhatAnArrayIs(names: [String]) throws {
    let files = Self.arrays(names)
    let plain = try load(
      Dictionary(uniqueKeysWithValues: files.map { ($0.name + ".npy", $0.contents) }))
    expectSound(plain.dataset)
    #expect(plain.notes == [])
    for isDeflated in [false, true] {
      let one = npz(files.map { ($0.name + ".npy", $0.contents) }, isDeflated: isDeflated)
      expectSound(try load(["all.npz": one], of: ["all.npz"]).dataset)
      let each = files.map { file in
        ("\(file.name).npz", npz([("arr_0.npy", file.contents)], isDeflated: isDeflated))
      }
      let packed = try load(Dictionary(uniqueKeysWithValues: each), of: each.map(\.0))
      expectSound(packed.dataset)
    }
  }

  /// `np.savez("train", x, y)` numbers the arrays: a number for each image is a label.
  @Test func numberedArraysAreToldByTheirShapes() throws {
    let files = Self.arrays()
    expectSound(
      try load([
        "train.npz": npz([("arr_0.npy", files[0].contents), ("arr_1.npy", files[1].contents)]),
        "test.npz": npz([("arr_0.npy", files[2].contents), ("arr_1.npy", files[3].contents)]),
      ]).dataset)
  }

  @Test(arguments: [[3, 1, 4, 4], [3, 4, 4, 1], [3, 4, 4], [3, 16]])
  func greyImagesHaveManyShapes(extents: [Int]) throws {
    var files = Self.arrays()
    files[0].contents = npy("|u1", extents, Self.trainingPixels)
    expectSound(try load(["a.npz": npz(files)]).dataset)
  }

  /// [C, H, W] and [H, W, C] are told by the axis that has 4 or fewer, or by the user.
  @Test func channelsComeLast() throws {
    let planes = noise(2 * 3 * 5 * 6)
    var pixels: [UInt8] = []
    for image in 0..<2 {
      for position in 0..<30 {
        for channel in 0..<3 { pixels.append(planes[image * 90 + channel * 30 + position]) }
      }
    }
    let labels = npy("|u1", [2], [0, 1])
    func set(_ extents: [Int], _ elements: [UInt8]) -> [String: [UInt8]] {
      let images = npy("|u1", extents, elements)
      return [
        "x_train.npy": images, "x_test.npy": images, "y_train.npy": labels, "y_test.npy": labels,
      ]
    }
    let shape = ImageShape(height: 5, width: 6, channels: 3)
    for (files, change) in [
      (set([2, 3, 5, 6], planes), { _ in }), (set([2, 5, 6, 3], pixels), { _ in }),
      (set([2, 90], planes), { $0.shape = [3, 5, 6] }),
      (set([2, 90], pixels), { $0.shape = [5, 6, 3] }),
    ] as [([String: [UInt8]], (inout ImageImport.Options) -> Void)] {
      let dataset = try load(files, change).dataset
      #expect(dataset.shape == shape)
      #expect(dataset.training.pixels == pixels && dataset.test.pixels == pixels)
    }
    #expect(problem(set([2, 90], planes)).contains("90 numbers a row aren't a square image"))
    #expect(problem(set([2, 3, 10, 3], planes)).contains("say --channels first or last"))
    let first = try load(set([2, 3, 10, 3], planes)) { $0.channels = .first }.dataset
    #expect(first.shape == ImageShape(height: 10, width: 3, channels: 3))
    #expect(first.training.pixels == pixels)
    #expect(
      problem(set([2, 90], planes)) { $0.shape = [4, 4] }.contains("have 90 numbers, not 4×4"))
    #expect(problem(set([2, 3, 5, 3, 2], planes)).contains("found 2×3×5×3×2"))
  }

  @Test func pixelsAreScaledByWhatTheirTypeSays() throws {
    var files = Self.arrays()
    let unit = { (pixels: [UInt8]) in elements(pixels.map { Float($0) / 255 }) }
    files[0].contents = npy("<f4", [3, 4, 4], unit(Self.trainingPixels))
    files[2].contents = npy("<f4", [1, 4, 4], unit(Self.testPixels))
    let scaled = try load(["a.npz": npz(files)])
    expectSound(scaled.dataset)
    #expect(scaled.notes == ["pixels from 0 to 1 were multiplied by 255 and rounded"])
    files[0].contents = npy("<f4", [3, 4, 4], elements(Self.trainingPixels.map { Float($0) }))
    files[2].contents = npy("<f4", [1, 4, 4], elements(Self.testPixels.map { Float($0) }))
    let whole = try load(["a.npz": npz(files)])
    expectSound(whole.dataset)
    #expect(whole.notes == [])
    files[0].contents = npy("|b1", [3, 4, 4], Self.trainingPixels.map { $0 & 1 })
    files[2].contents = npy("|b1", [1, 4, 4], Self.testPixels.map { $0 & 1 })
    let bits = try load(["a.npz": npz(files)]).dataset
    #expect(bits.training.pixels == Self.trainingPixels.map { 255 * ($0 & 1) })
  }

  @Test func pixelsWithoutARangeAreRefused() {
    func images(_ type: String, _ elements: [UInt8]) -> String {
      var files = Self.arrays()
      files[0].contents = npy(type, [3, 1, 2], elements)
      files[2].contents = npy(type, [3, 1, 2], elements)
      return problem(["a.npz": npz(files)])
    }
    let ends = "pixels from 0 to 1 or from 0 to 255 expected, found pixels"
    let standard = images("<f4", elements([-0.5, 0, 2, 0, 0, 0] as [Float]))
    #expect(standard.contains("x_train: \(ends) from -0.5 to 2"))
    let wide = images("<u2", elements([0, 65535, 0, 0, 0, 0] as [UInt16]))
    #expect(wide.contains("\(ends) from 0 to 65535"))
    let none = images("<f4", elements([0, .nan, 1, 0, 0, 0] as [Float]))
    #expect(none.contains("\(ends) some of which are no numbers"))
    #expect(images("|u1", [0, 1, 0, 1, 1, 0]).contains("no pixel is above 1, although"))
    var mixed = Self.arrays()
    mixed[2].contents = npy("<f4", [1, 4, 4], elements([Float](repeating: 1, count: 16)))
    #expect(problem(["a.npz": npz(mixed)]).contains("pixels are floats here and integers in"))
  }

  @Test func labelsAreOneByteAnImage() {
    func labels(_ type: String, _ extents: [Int], _ elements: [UInt8]) -> String {
      var files = Self.arrays()
      files[1].contents = npy(type, extents, elements)
      return problem(["a.npz": npz(files)])
    }
    #expect(labels("|u1", [3, 2], noise(6)).contains("y_train: one label an image is expected"))
    #expect(labels("<i4", [3], elements([0, 1, 256] as [Int32])).contains("label 2 is 256: whole"))
    #expect(labels("<f4", [3], elements([0, 0.5, 1] as [Float])).contains("label 1 is 0.5: whole"))
    #expect(labels("|u1", [2], [0, 1]).contains("2 labels, but 3 images"))
  }

  @Test func whatIsMissingOrTakenTwiceIsNamed() {
    var files = Self.arrays()
    files.remove(at: 1)
    #expect(problem(["a.npz": npz(files)]).contains("no training labels: names such as x_train"))
    let twice = Self.arrays() + [("images", Self.arrays()[0].contents)]
    #expect(
      problem(["b.npz": npz(twice)], of: ["b.npz"]).contains("these would be the training images"))
    #expect(problem([:], of: ["nowhere.npz"]).contains("no such file or folder"))
    #expect(problem(["a.png": [0x89, 0, 1]], of: ["a.png"]).contains("images-to-idx.py"))
    let validation = Self.arrays() + [("val_images", Self.arrays()[0].contents)]
    #expect(throws: Never.self) {
      let (dataset, notes) = try load(["c.npz": npz(validation)], of: ["c.npz"])
      expectSound(dataset)
      #expect(notes.count == 1 && notes[0].hasSuffix("val_images is for validation: left out"))
    }
  }

  /// Without test images, the same share of each class is drawn, once and for all by the seed.
  @Test func testImagesAreDrawnWhereThereAreNone() throws {
    let labels = (0..<20).map { UInt8($0 % 2) }
    let files = [
      "images.npy": npy("|u1", [20, 1, 1], (0..<20).map { $0 * 10 }),
      "labels.npy": npy("|u1", [20], labels),
    ]
    let (dataset, notes) = try load(files)
    #expect(dataset.training.count == 16)
    #expect(dataset.test.labels.sorted() == [0, 0, 1, 1])
    #expect((dataset.training.pixels + dataset.test.pixels).sorted() == (0..<20).map { $0 * 10 })
    for (pixel, label) in zip(dataset.test.pixels, dataset.test.labels) {
      #expect(pixel / 10 % 2 == label)
    }
    #expect(notes.count == 1 && notes[0].contains("4 of 20 images were drawn"))
    let other = try load(files) { ($0.seed, $0.testFraction) = (9, 0.5) }.dataset
    #expect(other.test.count == 10)
  }
}

extension ImageImportTests {
  /// Kaggle's layout has the label first and a header; others have none, or the label last.
  @Test func tablesHaveALabelAndPixels() throws {
    func table(_ header: String?, labelFirst: Bool, separator: String = ",", end: String = "\n")
      -> [UInt8]
    {
      let rows = [2, 0, 1].enumerated().map { row, label in
        let pixels = Self.trainingPixels[row * 16..<row * 16 + 16].map(String.init)
        return (labelFirst ? ["\(label)"] + pixels : pixels + ["\(label)"])
          .joined(separator: separator)
      }
      return Array((([header].compactMap { $0 } + rows).joined(separator: end) + end).utf8)
    }
    let pixels = (0..<16).map { "pixel\($0)" }.joined(separator: ",")
    for (bytes, column) in [
      (table("label,\(pixels)", labelFirst: true), nil),
      (table("\u{FEFF}\"label\",\(pixels)", labelFirst: true, end: "\r\n"), nil),
      (table("\(pixels),class", labelFirst: false), nil),
      (table(nil, labelFirst: true), nil), (table(nil, labelFirst: true, separator: ";"), nil),
      (table(nil, labelFirst: false), "last"),
      (table("digit,\(pixels)", labelFirst: true), "first"),
      (table("\(pixels),Digit", labelFirst: false), "digit"),
    ] as [([UInt8], String?)] {
      let (dataset, notes) = try load(["mnist_train.csv": bytes]) {
        ($0.labelColumn, $0.testFraction) = (column, 0.34)
      }
      #expect(dataset.shape == ImageShape(height: 4, width: 4) && notes.count == 1)
      for part in [dataset.training, dataset.test] {
        for (index, label) in part.labels.enumerated() {
          let row = try #require([2, 0, 1].firstIndex(of: label))
          #expect(
            part.pixels[index * 16..<index * 16 + 16]
              == Self.trainingPixels[row * 16..<row * 16 + 16])
        }
      }
    }
  }

  @Test func tablesOfTrainingAndTestAreToldByTheirNames() throws {
    let files = ["mnist_train.csv": "2,0,9,8,7\n1,1,9,8,7\n", "mnist_test.csv.gz": "1,3,2,1,255\n"]
      .mapValues { Array($0.utf8) }
    let (dataset, notes) = try load(
      files.merging(["mnist_test.csv.gz": gzip(files["mnist_test.csv.gz"] ?? [])]) { $1 })
    #expect(dataset.training.labels == [2, 1] && dataset.test.labels == [1] && notes == [])
    #expect(dataset.test.pixels == [3, 2, 1, 255])
    let text = "label,a\n1,0.5\n0,1.0\n1,0.0\n0,0\n"
    let floats = try load(["t.csv": Array(text.utf8)], of: ["t.csv"]) { $0.testFraction = 0.5 }
    #expect(
      (floats.dataset.training.pixels + floats.dataset.test.pixels).sorted() == [0, 0, 128, 255])
  }

  /// A competition's test images come without labels.
  @Test func aTestTableWithoutLabelsIsLeftOut() throws {
    let (dataset, notes) = try load([
      "train.csv": Array("label,a\n0,9\n0,8\n1,7\n1,6\n".utf8), "test.csv": Array("a\n5\n".utf8),
    ]) { $0.testFraction = 0.5 }
    #expect(dataset.training.count == 2 && dataset.test.count == 2)
    #expect(notes.count == 2 && notes[0] == "test.csv has no column of labels: left out")
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "no column is called"),
    ("label,a\n1,2\n1\n", "row 3: 2 columns expected, found 1"),
    ("file,label\na.png,1\n", "row 2: 'a.png' isn't a number; for images in files of their own"),
    ("label,a\n", "nothing here"), ("label\n1\n", "nothing here"), ("", "nothing here"),
    ("label,a\n1.5,2\n0,1\n", "label 0 is 1.5: whole numbers"),
  ])
  func faultsInTablesAreNamed(text: String, words: String) {
    let found = problem(["t.csv": Array(text.utf8)]) {
      $0.labelColumn = text.hasPrefix("a,b") ? "c" : nil
    }
    #expect(found.contains(words), "\(found)")
  }

  /// What is written is loaded again as it was.
  @Test func theFilesAreTheDataSet() throws {
    let planes = noise(2 * 3 * 5 * 6)
    let labels = npy("|u1", [2], [0, 1])
    let images = npy("|u1", [2, 3, 5, 6], planes)
    let colour = try load([
      "x_train.npy": images, "x_test.npy": images, "y_train.npy": labels, "y_test.npy": labels,
    ]).dataset
    let grey = try load(["a.npz": npz(Self.arrays())], of: ["a.npz"]).dataset
    for (dataset, name) in [(colour, "idx4"), (grey, "idx3")] {
      let output = try TemporaryFolder()
      for file in dataset.files { try output.write(file.bytes, file.name) }
      #expect(dataset.files[0].name == "train-images-\(name)-ubyte")
      #expect(Dataset.exists(in: output.path) && !Dataset.exists(in: folder.path))
      let loaded = try Dataset.load(folder: output.path)
      #expect(loaded.training == dataset.training && loaded.test == dataset.test)
      // A data set's own folder can be imported, too.
      let again = try ImageImport.dataset(of: [output.path], name: "e", options: .init())
      #expect(again.dataset.training == dataset.training)
    }
  }
}
