import Foundation
import TrainingCore

/// Makes a data set of NumPy's and CSV files, whose arrays are told apart by their names.
///
/// Names say what an array is by their words: `x_train`, `train_images`, `kmnist-train-imgs.npz` are
/// images to train on, `y_test`, `test_labels` labels to test with. The only array of a file, or one
/// that NumPy numbered (`arr_0`), has the file's name. Where a name doesn't say it, one number for each
/// image is a label and more are pixels, and what isn't for testing is to train on. Arrays for
/// validation are left out, since commands hold out some themselves.
package struct ImageImport {
  /// Of what no name or shape can tell.
  package struct Options {
    /// The column of labels in CSV files: `first`, `last`, or its name; nil for the usual ones.
    package var labelColumn: String?
    /// The extents of images that are given as rows of numbers, and nil where these are square.
    package var shape: [Int]?
    /// Where [N, A, B, C] has its channels; nil for where there are at most 4.
    package var channels: Channels?
    /// The share of each class that is drawn for testing where nothing else is for that.
    package var testFraction = 0.2
    /// The seed of that.
    package var seed: UInt64 = 1
    /// Which of CIFAR-100's labels are taken.
    package var labels = CIFAR100Labels.fine

    package init() {}
  }

  /// Which axis of an image has the channels.
  package enum Channels: String, CaseIterable { case first, last }

  private enum Split { case training, test, validation }
  private enum Kind { case images, labels }
  private struct Role: Hashable {
    let split: Split
    let kind: Kind
  }

  private let options: Options
  private var arrays: [Role: NumericArray] = [:]
  /// What was done that isn't said in the files, a line each.
  private var notes: [String] = []

  /// Makes a data set of files and folders; a folder of IDX or CIFAR files is one already.
  ///
  /// - Throws: If a file can't be read, if roles are missing or taken twice, or if shapes, pixels or
  ///   labels are none that images have.
  package static func dataset(
    of paths: [String], name: String, options: Options
  ) throws(DatasetError) -> (dataset: Dataset, notes: [String]) {
    if paths.count == 1, !DatasetFolder.sets(in: paths[0]).isEmpty {
      let dataset = try Dataset.load(folder: paths[0], labels: options.labels)
      return (dataset, dataset.notes)
    }
    var reader = ImageImport(options: options)
    for path in paths { try reader.read(path) }
    let dataset = try reader.dataset(name: name, paths: paths)
    return (dataset, reader.notes)
  }

  private init(options: Options) { self.options = options }

  private mutating func read(_ path: String) throws(DatasetError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw DatasetError(path, .unusable(reason: "no such file or folder"))
    }
    guard isDirectory.boolValue else { return try readFile(path) }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let files = names.filter { name in
      [".npz", ".npy", ".csv", ".npy.gz", ".csv.gz"].contains { name.lowercased().hasSuffix($0) }
    }
    guard !files.isEmpty else {
      throw DatasetError(
        path,
        .unusable(
          reason: "no .npz, .npy or .csv files here; Fixtures/images-to-idx.py makes a data set of "
            + "image files"))
    }
    for file in files { try readFile("\(path)/\(file)") }
  }

  private mutating func readFile(_ path: String) throws(DatasetError) {
    var reader = try GzipReader(path: path)
    let limit = reader.fileSize * (reader.isGzipped ? GzipReader.largestExpansion : 1)
    let bytes = try reader.read(atMost: limit)
    let stem = URL(fileURLWithPath: path).lastPathComponent
    if ZipArchive.isArchive(bytes) {
      let archive = try ZipArchive(bytes, path: path)
      for entry in archive.entries {
        let source = "\(path): \(entry.name)"
        let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
        let isNumbered = name.hasPrefix("arr_") || archive.entries.count == 1
        try take(
          NumPyFile.array(try archive.contents(of: entry), source: source),
          named: isNumbered ? stem : name)
      }
    } else if NumPyFile.isRecognised(bytes) {
      try take(NumPyFile.array(bytes, source: path), named: stem)
    } else if !bytes.contains(0) {
      try takeTable(CSVTable(bytes, source: path), named: stem)
    } else {
      throw DatasetError(
        path,
        .unusable(
          reason: "this is neither NumPy's .npz or .npy nor CSV; Fixtures/images-to-idx.py makes a "
            + "data set of image files"))
    }
  }

  private mutating func takeTable(_ table: CSVTable, named name: String) throws(DatasetError) {
    let split = Self.split(of: name)
    guard let (images, labels) = try table.split(labelColumn: options.labelColumn) else {
      // Test images of a competition come without labels.
      guard split != .test else {
        return notes.append("\(name) has no column of labels: left out")
      }
      throw DatasetError(
        name,
        .unusable(
          reason: "no column is called label, class, target or y: say which it is with "
            + "--label-column first, last or its name"))
    }
    try set(images, Role(split: split ?? .training, kind: .images))
    try set(labels, Role(split: split ?? .training, kind: .labels))
  }

  private mutating func take(_ array: NumericArray, named name: String) throws(DatasetError) {
    let words = Self.words(of: name)
    var kind: Kind?
    if !words.isDisjoint(with: ["x", "images", "image", "imgs", "img", "data", "pixels"]) {
      kind = .images
    }
    if !words.isDisjoint(with: ["y", "labels", "label", "targets", "target", "classes"]) {
      kind = .labels
    }
    let perImage = array.extents.dropFirst().reduce(1, *)
    try set(
      array,
      Role(
        split: Self.split(of: name) ?? .training, kind: kind ?? (perImage > 1 ? .images : .labels)))
  }

  private mutating func set(_ array: NumericArray, _ role: Role) throws(DatasetError) {
    guard role.split != .validation else {
      return notes.append("\(array.source) is for validation: left out")
    }
    if let other = arrays[role] {
      throw DatasetError(
        array.source,
        .unusable(
          reason: "these would be the \(Self.word(role)), as \(other.source) is: name one of them "
            + "otherwise, such as x_train, y_train, x_test and y_test, or leave it out"))
    }
    arrays[role] = array
  }

  private static func words(of name: String) -> Set<String> {
    Set(name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
  }

  private static func split(of name: String) -> Split? {
    let words = words(of: name)
    if !words.isDisjoint(with: ["test", "testing", "t10k"]) { return .test }
    if !words.isDisjoint(with: ["val", "valid", "validation"]) { return .validation }
    return words.isDisjoint(with: ["train", "training"]) ? nil : .training
  }

  private static func word(_ role: Role) -> String {
    (role.split == .test ? "test " : "training ") + (role.kind == .images ? "images" : "labels")
  }

  private mutating func dataset(name: String, paths: [String]) throws(DatasetError) -> Dataset {
    let factor = try NumericArray.pixelFactor(
      of: [.training, .test].compactMap { arrays[Role(split: $0, kind: .images)] })
    let all = try images(.training, factor: factor, paths: paths)
    if factor != 1 { notes.append("pixels from 0 to 1 were multiplied by 255 and rounded") }
    if arrays.keys.contains(where: { $0.split == .test }) {
      let test = try images(.test, factor: factor, paths: paths)
      guard test.shape == all.shape else {
        throw DatasetError(name, .shapesDisagree(training: all.shape, test: test.shape))
      }
      return Self.dataset(name, all, test)
    }
    let split: ValidationSplit
    do throws(ValidationSplit.Failure) {
      split = try ValidationSplit(
        labels: all.labels, fraction: options.testFraction, form: .stratified, seed: options.seed)
    } catch {
      throw DatasetError(name, .unusable(reason: "nothing here is for testing, and \(error)"))
    }
    notes.append(
      "nothing here is for testing: \(split.validation.count) of \(all.count) images were drawn, the "
        + "same share of each class (--test-fraction, --seed)")
    return Self.dataset(name, all.selecting(split.training), all.selecting(split.validation))
  }

  private static func dataset(
    _ name: String, _ training: LabelledImages, _ test: LabelledImages
  ) -> Dataset {
    let largest = (training.labels + test.labels).max() ?? 0
    return Dataset(
      name: name, classCount: max(2, Int(largest) + 1), training: training, test: test)
  }

  private func images(
    _ split: Split, factor: Float, paths: [String]
  ) throws(DatasetError) -> LabelledImages {
    var found: [NumericArray] = []
    for kind in [Kind.images, .labels] {
      let role = Role(split: split, kind: kind)
      guard let array = arrays[role] else {
        let sources = arrays.values.map(\.source).sorted().joined(separator: ", ")
        throw DatasetError(
          paths[0],
          .unusable(
            reason: "no \(Self.word(role)): names such as x_train, y_train, x_test and y_test tell "
              + "them\(sources.isEmpty ? "" : "; found \(sources)")"))
      }
      found.append(array)
    }
    let (shape, isPlanar) = try shape(of: found[0])
    guard !found[0].values.isEmpty else {
      throw DatasetError(found[0].source, .empty(found[0].extents))
    }
    let labels = try found[1].labels()
    guard labels.count == found[0].extents[0] else {
      throw DatasetError(
        found[1].source, .countsDisagree(labels: labels.count, images: found[0].extents[0]))
    }
    var pixels = found[0].pixels(factor: factor)
    if isPlanar && shape.channels > 1 {
      let planes = pixels
      pixels.removeAll(keepingCapacity: true)
      for start in stride(from: 0, to: planes.count, by: shape.count) {
        LabelledImages.interleave(planes[start..<start + shape.count], shape: shape, into: &pixels)
      }
    }
    return LabelledImages(shape: shape, pixels: pixels, labels: labels)
  }

  /// The shape of an array's images, and whether each has its channels one after the other.
  private func shape(of array: NumericArray) throws(DatasetError) -> (ImageShape, isPlanar: Bool) {
    var extents = Array(array.extents.dropFirst())
    let count = extents.reduce(1, *)
    if let shape = options.shape, extents.count == 1 {
      guard shape.reduce(1, *) == count else {
        throw DatasetError(
          array.source,
          .unusable(
            reason:
              "rows have \(count) numbers, not \(shape.map(String.init).joined(separator: "×"))"
          ))
      }
      extents = shape
    } else if extents.count == 1 {
      let side = Int(Double(count).squareRoot().rounded())
      guard side * side == count else {
        throw DatasetError(
          array.source,
          .unusable(
            reason:
              "\(count) numbers a row aren't a square image: give its shape in their order, as "
              + "--shape 3x32x32 or --shape 32x32x3"))
      }
      extents = [side, side]
    }
    if extents.count == 2 {
      return (ImageShape(height: extents[0], width: extents[1]), isPlanar: false)
    }
    guard extents.count == 3 else {
      throw DatasetError(
        array.source,
        .wrongDimensions(
          expected: "N×H×W, N×H×W×C, N×C×H×W or N×pixels", found: array.extents))
    }
    // One channel is told from any other extent, and up to 4 from larger ones.
    let mostChannels = extents[0] == 1 || extents[2] == 1 ? 1 : 4
    let (isFirst, isLast) = (extents[0] <= mostChannels, extents[2] <= mostChannels)
    switch options.channels ?? (isFirst == isLast ? nil : isFirst ? .first : .last) {
    case .first?:
      return (ImageShape(height: extents[1], width: extents[2], channels: extents[0]), true)
    case .last?:
      return (ImageShape(height: extents[0], width: extents[1], channels: extents[2]), false)
    case nil:
      throw DatasetError(
        array.source,
        .unusable(
          reason: "which axis of \(array.product) has the channels can't be told: say --channels "
            + "first or last"))
    }
  }
}

extension LabelledImages {
  /// The images at the given indices, in that order.
  func selecting(_ indices: [Int]) -> LabelledImages {
    LabelledImages(
      shape: shape,
      pixels: indices.flatMap { pixels[$0 * shape.count..<($0 + 1) * shape.count] },
      labels: indices.map { labels[$0] })
  }
}
