import CommandLineTools
import Datasets
import Files
import Foundation
import Studies
import TrainingCore

/// Which images a command works on, and how they are prepared.
struct DataOptions {
  /// The data set's name or folder.
  var name = "fashion-mnist-10k"
  /// How pixels are normalised.
  var normalization = Normalization.symmetric
  /// The share of training images that is held out.
  var validationFraction = 0.1
  /// How the held-out images are chosen.
  var split = ValidationSplit.Form.random
  /// The number of training images to use, from the first on; nil for all.
  var limit: Int?

  static let options: [Command.Option] = [
    .init(
      "--data", "D",
      help: "fashion-mnist-10k (default), mnist-5k, fashion-mnist, or a folder with the four IDX "
        + "files or CIFAR-10's six .bin files"),
    .init(
      "--normalization", "FORM",
      help: "symmetric: (x/255 − 0.5)/0.5 (default); unit: x/255; standard: mean 0, deviation 1"),
    .init("--validation-fraction", "F", help: "share of training images held out (default 0.1)"),
    .init("--split", "HOW", help: "how they are chosen: random (default) or stratified"),
  ]

  /// Reads the options; what isn't given keeps its value.
  mutating func read(_ arguments: Arguments) throws(CommandError) {
    if let given = try arguments.path("--data") { name = Self.lasting(given) }
    normalization = try arguments.choice("--normalization") ?? normalization
    validationFraction =
      try arguments.number("--validation-fraction", in: 0..<1) ?? validationFraction
    split = try arguments.choice("--split") ?? split
  }

  /// A data set's name, or its folder's path from the root on, which holds in any folder.
  static func lasting(_ name: String) -> String {
    DatasetCatalog().entries.contains { $0.name == name } || !name.contains("/")
      ? name : URL(filePath: name).standardizedFileURL.path
  }

  /// Takes over what a checkpoint was trained on.
  mutating func set(_ data: DataDescription, path: String) throws(CommandError) {
    guard let normalization = Normalization(rawValue: data.normalization),
      let split = ValidationSplit.Form(rawValue: data.split)
    else {
      throw .failure("\(path): it names a normalisation or split that this version doesn't have")
    }
    name = data.name
    self.normalization = normalization
    validationFraction = data.validationFraction
    self.split = split
  }

  /// What a checkpoint keeps of the options.
  func description(trainingCount: Int) -> DataDescription {
    DataDescription(
      name: name, normalization: normalization.rawValue, validationFraction: validationFraction,
      split: split.rawValue, trainingCount: trainingCount)
  }

  /// What a study's record says of its images.
  func summary(of data: StudyData) -> DataSummary {
    DataSummary(
      name: name, normalization: normalization.rawValue, training: data.training.count,
      validation: data.validation.count, test: data.test.count)
  }

  /// Opens a checkpoint, or that of a training's folder, and takes over what it was trained on.
  mutating func checkpoint(at path: String) throws -> Checkpoint {
    let checkpoint = try Checkpoint(contentsOf: GivenWeights.file(at: path))
    try set(checkpoint.data, path: path)
    return checkpoint
  }

  /// Loads, normalises and splits the images.
  func load(seed: UInt64) throws -> StudyData {
    let examples = try DatasetCatalog().load(name).examples(normalization)
    let training = limit.map { examples.training.selecting(0..<min($0, examples.training.count)) }
    let all = training ?? examples.training
    let split = try ValidationSplit(
      labels: all.labels, fraction: validationFraction, form: split, seed: seed)
    return StudyData(
      training: all.selecting(split.training), validation: all.selecting(split.validation),
      test: examples.test)
  }
}
