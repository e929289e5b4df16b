import Datasets
import Files
import Foundation
import TrainingCore

/// Which images a command works on, and how they are prepared.
package struct DataOptions {
  package init() {}

  /// The data set's name or folder.
  package var name = "fashion-mnist-10k"
  package var normalization = Normalization.symmetric
  /// The share of training images that is held out.
  package var validationFraction = 0.1
  package var split = ValidationSplit.Form.random
  /// The number of training images to use, from the first on; nil for all.
  package var limit: Int?

  package static let options: [Command.Option] = [
    .init(
      "--data", "D",
      help: "fashion-mnist-10k (default), mnist-5k, fashion-mnist, or a folder with the four IDX "
        + "files or CIFAR's .bin files, which batchwise import makes of others"),
    .init(
      "--normalization", "FORM",
      help: "symmetric: (x/255 − 0.5)/0.5 (default); unit: x/255; standard: mean 0, deviation 1"),
    .init("--validation-fraction", "F", help: "share of training images held out (default 0.1)"),
    .init("--split", "HOW", help: "how they are chosen: random (default) or stratified"),
  ]

  /// The option that limits the training images, of commands that take it.
  package static let images = Command.Option(
    "--images", "N", help: "training images to use, from the first on")

  /// Reads the options; what isn't given keeps its value.
  package mutating func read(_ arguments: Arguments) throws(CommandError) {
    if let given = try arguments.path("--data") { name = Self.lasting(given) }
    normalization = try arguments.choice("--normalization") ?? normalization
    validationFraction =
      try arguments.number("--validation-fraction", in: 0..<1) ?? validationFraction
    split = try arguments.choice("--split") ?? split
  }

  /// Reads `images`; where it isn't given, the limit keeps its value.
  package mutating func readLimit(_ arguments: Arguments) throws(CommandError) {
    limit = try arguments.integer(Self.images.name, in: 2...10_000_000) ?? limit
  }

  /// A data set's name, or its folder's path from the root on, which holds in any folder.
  package static func lasting(_ name: String) -> String {
    DatasetCatalog().entries.contains { $0.name == name } || !name.contains("/")
      ? name : URL(filePath: name).standardizedFileURL.path
  }

  /// Takes over what a checkpoint was trained on.
  package mutating func set(_ data: DataDescription, path: String) throws(CommandError) {
    guard let normalization = Normalization(rawValue: data.normalization),
      let split = ValidationSplit.Form(rawValue: data.split)
    else {
      throw .failure("\(path): it names a normalisation or split that this version doesn't have")
    }
    name = data.name
    self.normalization = normalization
    validationFraction = data.validationFraction
    self.split = split
    limit = data.limit
  }

  /// What a checkpoint keeps of the options.
  package func description(trainingCount: Int) -> DataDescription {
    DataDescription(
      name: name, normalization: normalization.rawValue, validationFraction: validationFraction,
      split: split.rawValue, trainingCount: trainingCount, limit: limit)
  }

  /// Loads a data set by name or path, and says on standard error what to know about its labels.
  package static func dataset(_ name: String) throws(DatasetError) -> Dataset {
    let dataset = try DatasetCatalog().load(name)
    for note in dataset.notes { Console.note("note: \(name): \(note)") }
    return dataset
  }

  /// Loads, normalises and splits the images.
  package func load(seed: UInt64) throws -> StudyData {
    let examples = try Self.dataset(name).examples(normalization)
    let training = limit.map { examples.training.selecting(0..<min($0, examples.training.count)) }
    let all = training ?? examples.training
    let split = try ValidationSplit(
      labels: all.labels, fraction: validationFraction, form: split, seed: seed)
    return StudyData(
      training: all.selecting(split.training), validation: all.selecting(split.validation),
      test: examples.test)
  }
}
