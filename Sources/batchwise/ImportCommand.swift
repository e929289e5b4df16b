import CommandLineTools
import Datasets
import Files
import Foundation

/// `batchwise import`: makes a data set's IDX files of NumPy's and CSV files.
enum ImportCommand {
  static let command = Command(
    name: "import", summary: "make a data set of NumPy's .npz and .npy files, or CSV files",
    discussion: """
      Writes four IDX files, for --data. What is an image or a label, to train on or
      to test with, is told by names: x_train, y_train, x_test, y_test;
      train_images, test_labels; kmnist-train-imgs.npz; mnist_train.csv. Images are
      [N, H, W], [N, H, W, C], [N, C, H, W] or rows of pixels, as bytes or floats.
      Files of images: Fixtures/images-to-idx.py, which needs Python's Pillow.
      """,
    operands: [
      .init(
        "SOURCE",
        help: "a file, or a folder of them; or CIFAR-100's folder, for --labels", isRepeated: true)
    ],
    options: [
      .init("--output", "DIR", help: "the folder to write to (default out/data)"),
      .init(
        "--label-column", "C",
        help: "of CSV: first, last or a name (default: label, class, target or y; without a header "
          + "the first)"),
      .init(
        "--shape", "AxBxC",
        help: "the shape of rows of pixels, as 28x28 or 3x32x32 (default: square)"
      ),
      .init("--channels", "AXIS", help: "first or last, where an image's shape doesn't tell"),
      .init(
        "--test-fraction", "F",
        help: "share of each class that is drawn where nothing is for testing (default 0.2)"),
      .init("--seed", "S", help: "seed of that (default 1)"),
      .init("--labels", "L", help: "of CIFAR-100: fine (default) or coarse"),
    ], run: run)

  private static func run(_ arguments: Arguments) throws {
    var options = ImageImport.Options()
    options.labelColumn = arguments.text("--label-column")
    options.shape = try arguments.shape("--shape")
    options.channels = try arguments.choice("--channels")
    options.testFraction =
      try arguments.number("--test-fraction", in: 0..<1) ?? options.testFraction
    options.seed = try arguments.seed() ?? options.seed
    options.labels = try arguments.choice("--labels") ?? options.labels
    let output = try arguments.path("--output") ?? "out/data"
    guard !Dataset.exists(in: output) else {
      throw CommandError.failure(
        "\(output) has a data set already: name another folder with --output")
    }
    let (dataset, notes) = try ImageImport.dataset(
      of: arguments.operands, name: output, options: options)
    try OutputFolder(URL(filePath: output, directoryHint: .isDirectory))
      .write(dataset.files.map { ($0.name, Data($0.bytes)) })
    try Console.line(
      "\(output): \(dataset.training.count) training and \(dataset.test.count) test images of "
        + "\(dataset.shape), \(dataset.classCount) classes")
    for note in notes { try Console.line(note) }
  }
}

extension Arguments {
  /// An option's extents of two or three dimensions, with an x between them.
  fileprivate func shape(_ name: String) throws(CommandError) -> [Int]? {
    guard let text = text(name) else { return nil }
    let words = text.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    let extents = words.compactMap { Int($0) }
    guard extents.count == words.count, (2...3).contains(extents.count),
      extents.allSatisfy({ (1...4096).contains($0) })
    else {
      throw .misuse("\(name) '\(text)': 28x28, 3x32x32 or the like expected")
    }
    return extents
  }
}
