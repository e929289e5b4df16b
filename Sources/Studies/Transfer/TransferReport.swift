import Measurement
import Reporting
import Statistics

/// One epoch of a transfer, for CSV and JSON.
private struct EpochRow {
  let transfer: TransferRecord.Transfer
  let number: Int
  let epoch: TransferRecord.Epoch
}

/// The study as a page and tables.
extension StudyResult<TransferStudy> {
  private var epochColumns: [Column<EpochRow>] {
    Column.list(
      Column.text("mode", "Frozen layers") { $0.transfer.isInferenceMode ? "inference" : "batch" },
      Column.count("batch_size", "Batch") { $0.transfer.batchSize },
      Column.count("trial", "Trial") { $0.transfer.trial + 1 },
      Column.count("epoch", "Epoch") { $0.number },
      Column.count("steps", "Steps") { $0.epoch.steps },
      percent("training_accuracy", "Training") { $0.trainingAccuracy },
      Column.number("training_loss", "Loss", .significant(4)) { $0.epoch.trainingLoss },
      percent("validation_averages", "Averages") { $0.averages },
      percent("validation_matched", "Matched") { $0.matched },
      percent("validation_population", "Exact") { $0.population },
      percent("source_share", "Left") { $0.sourceShare },
      percent("matched_source_share", "Matched left") { $0.matchedSourceShare },
      percent("predicted_share", "mᵗ") { predictedShare(steps: $0.steps) })
  }

  private func percent(
    _ name: String, _ title: String, _ share: @escaping (TransferRecord.Epoch) -> Double?
  ) -> [Column<EpochRow>] {
    Column.number(name, title, "%", .decimals(1), scale: 100) { share($0.epoch) }
  }

  /// The columns of rows; what is left of the source's statistics is that of the row `shares`.
  func columns(
    shares: @escaping (TransferRow) -> TransferRow = { $0 }
  ) -> [Column<TransferRow>] {
    Column.list(
      Column.count("epochs", "Epochs") { $0.epochs },
      Column.count("batch", "Batch") { $0.batchSize },
      Column.count("steps", "Steps") { $0.steps },
      Column.mean("training", "Training", "%", .decimals(1)) { $0.trainingPercent(.averages) },
      arm(.averages, "Averages", gap: "Gap"), arm(.matched, "Matched", gap: "Matched gap"),
      arm(.population, "Exact", gap: "Exact gap"),
      Column.mean("lag", "Lag", "points", .decimals(1)) { $0.lag },
      Column.mean("share", "Share", "%", .decimals(0)) { $0.lagSharePercent },
      Column.number("left", "Left", "%", .decimals(2), scale: 100) {
        shares($0).sourceShare?.mean
      },
      Column.number("predicted", "mᵗ", "%", .decimals(2), scale: 100) {
        predictedShare(steps: shares($0).steps)
      })
  }

  private func arm(
    _ arm: TransferStudy.Arm, _ title: String, gap: String
  ) -> [Column<TransferRow>] {
    Column.list(
      Column.mean("\(arm)", title, "%", .decimals(1)) { $0.validationPercent(arm) },
      Column.mean("\(arm)_gap", gap, "points", .decimals(1)) { $0.gap(arm) })
  }

  var report: StudyReport {
    let rows = transfers.flatMap { transfer in
      transfer.epochs.enumerated().map {
        EpochRow(transfer: transfer, number: $0 + 1, epoch: $1)
      }
    }
    return StudyReport(
      title: "Transfer learning: the generalisation gap of large batches, and what it is made of",
      lead: "A study of transfer learning finds the same training accuracy for every batch size, a "
        + "validation accuracy that falls from 0.98 at a batch of 16 to about 0.74 at 128, and "
        + "concludes that larger batches generalise worse. Here it is repeated on "
        + "\(NumberFormat.whole(data.training)) images of \(data.name), from a base pretrained on "
        + "\(source). Its framework let frozen normalising layers run on the batch's statistics in "
        + "training and on moving averages in validation. So after every epoch the very same "
        + "weights are validated with those averages, with averages that forget as much per sample "
        + "at any batch size, and with the exact statistics of the training set. Means over "
        + "\(trials) with 95 % intervals by Student's t; growths are differences between batch "
        + "sizes within each trial.",
      claims: claims,
      sections: [published, corrected, decomposition, inference, raw(rows)], facts: facts,
      table: TextTable(allOf: rows, epochColumns), summary: summary,
      notes: "Validation by moving averages, by averages whose momentum is matched to samples, and "
        + "by the training set's exact statistics. Left of the source's statistics after stage 1, "
        + "measured and predicted: mᵗ after t steps.")
  }

  /// The rows after the last epoch, for the terminal; what is left of the source's statistics is
  /// that after the first stage, and so is its prediction.
  var summary: TextTable {
    TextTable(
      rows(epochs: options.epochs),
      columns { row(batchSize: $0.batchSize, epochs: options.first.epochs) ?? $0 },
      [
        "batch", "training", "averages", "matched", "population", "averages_gap", "lag", "left",
        "predicted",
      ])
  }

  private var source: String { data.source ?? "unknown images" }

  private var facts: [HTMLReport.Fact] {
    let accuracy = sourceAccuracy.map {
      ", \(NumberFormat.decimals(1).string(100 * $0)) % of its test images"
    }
    return [
      .init("Base", options.base), .init("Source", source + (accuracy ?? "")),
      .init(
        "Target",
        "\(data.name), \(data.training) to train on, \(data.validation) to "
          + "validate on" + (options.isBinary ? ", two classes" : "")),
      .init(
        "Optimizer",
        "RMSprop (ρ 0.9, ε 1e-7), rates \(options.first.learningRate) and "
          + "\(options.second.learningRate), constant"),
      .init("Epochs", "\(options.first.epochs) + \(options.second.epochs), short batches dropped"),
      .init("Momentum of the averages", "\(options.momentum) a step"),
      .init("Augmentation", options.augmentation == nil ? "none" : "as published, second stage"),
      .seeds(from: options.seed),
    ]
  }

  /// The last epoch of every transfer, on demand.
  private func raw(_ rows: [EpochRow]) -> HTMLReport.Section {
    let table = TextTable(
      rows.filter { $0.number == $0.transfer.epochs.count },
      epochColumns + Column.text("fingerprint", "Fingerprint") { $0.transfer.fingerprint },
      [
        "mode", "batch_size", "trial", "training_accuracy", "validation_averages",
        "validation_population", "fingerprint",
      ])
    return .rawData(
      "; results.csv every epoch of every transfer", all: "\(transfers.count) transfers",
      table)
  }
}
