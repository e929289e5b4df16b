import CommandLineTools
import Files
import Foundation
import Reporting
import TrainingCore

/// A training's settings and results, as its folder keeps them in `history.json`: the times too, which aren't
/// in the checkpoint.
struct TrainingHistory: Codable {
  static let fileName = "history.json"

  let configuration: RunConfiguration
  let data: DataDescription
  let epochs: [EpochRecord]
  /// Seconds spent on the batches of the epoch that isn't over.
  let seconds: Double?
  /// What the model comes to on the test images; nil until the training has ended.
  let test: TestResult?
  let fingerprint: String
}

/// Loss and accuracy of a trained model on the test images.
struct TestResult: Codable {
  let images: Int
  /// Loss per image, in nats.
  let loss: Double
  /// Share of images that are classified correctly.
  let accuracy: Double

  init(_ tally: Tally) {
    (images, loss, accuracy) = (tally.count, tally.loss.mean, tally.accuracy)
  }
}

extension TrainingHistory {
  /// Reads the history in a training's folder.
  init(folder path: String) throws {
    let file = URL(filePath: path, directoryHint: .isDirectory).appending(path: Self.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw CommandError.failure(
        "\(path): there is no \(Self.fileName) in it: name a folder that batchwise train has written "
          + "to")
    }
    guard let history = try? decodedJSON(Self.self, from: Data(contentsOf: file)) else {
      throw CommandError.failure(
        "\(file.relativePath): this isn't the history of a training: train again into another folder"
      )
    }
    self = history
  }

  /// What each epoch came to, for tables and for `history.csv`.
  static var columns: [Column<EpochRecord>] {
    Column.list(
      Column.count("epoch", "Epoch", \.epoch), Column.count("steps", "Steps", \.steps),
      Column.number("learning_rate", "Rate", .significant(3), \.learningRate),
      Column.number("training_loss", "Training loss", "nats", .decimals(4), \.trainingLoss),
      Column.number(
        "training_accuracy", "Training accuracy", "%", .decimals(2), scale: 100, \.trainingAccuracy),
      Column.number("validation_loss", "Validation loss", "nats", .decimals(4), \.validationLoss),
      Column.number(
        "validation_accuracy", "Validation accuracy", "%", .decimals(2), scale: 100,
        \.validationAccuracy),
      Column.number("seconds", "Time", "s", .significant(3), \.seconds))
  }

  /// The learning rate before warm-up and decay, scaled to the batch size.
  var learningRate: Double { configuration.schedule.base * configuration.scalingFactor }

  /// The epoch with the largest validation accuracy, the first of equals.
  var best: EpochRecord? {
    epochs.filter { $0.validationAccuracy != nil }
      .max { ($0.validationAccuracy ?? 0, $1.epoch) < ($1.validationAccuracy ?? 0, $0.epoch) }
  }

  /// Seconds of training of an epoch, on average over those whose time is known.
  var secondsPerEpoch: Double? {
    let seconds = epochs.compactMap(\.seconds)
    return seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count)
  }

  /// The last epoch's share of validation images that are classified correctly.
  var validationAccuracy: Double? { epochs.last?.validationAccuracy }

  /// A figure of each epoch, against `x`, which is the epoch where nothing else is said.
  func series(
    _ name: String, color: Int, against x: [Double]? = nil, _ figure: (EpochRecord) -> Double?
  ) -> Chart.Series {
    let points = zip(x ?? epochs.map { Double($0.epoch) }, epochs).map { x, epoch in
      Chart.Point(x: x, y: figure(epoch))
    }
    return Chart.Series(name, points: points, color: color)
  }

  /// Seconds of training until the end of each epoch, as far as all times are known.
  var elapsed: [Double] {
    var sum = 0.0
    return epochs.prefix { $0.seconds != nil }.map {
      sum += $0.seconds ?? 0
      return sum
    }
  }

  /// Adds the times of the epochs that are the same in all else, and of one that isn't over where the
  /// weights are the same.
  func addTimes(to progress: inout RunProgress, fingerprint: String) {
    for (index, record) in zip(progress.history.indices, epochs) {
      var untimed = record
      untimed.seconds = nil
      if untimed == progress.history[index] { progress.history[index].seconds = record.seconds }
    }
    if fingerprint == self.fingerprint { progress.seconds = seconds ?? progress.seconds }
  }
}

extension EpochRecord {
  /// The epoch's figures under their tags in TensorBoard.
  var scalars: [(tag: String, value: Double?)] {
    [
      ("loss/training", trainingLoss), ("loss/validation", validationLoss),
      ("accuracy/training", trainingAccuracy), ("accuracy/validation", validationAccuracy),
      ("learning_rate", learningRate),
    ]
  }
}
