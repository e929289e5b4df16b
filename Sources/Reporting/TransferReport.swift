import Files
import Measurement
import Studies

/// The transfer study as a page, tables and files.
public struct TransferReport {
  let result: TransferResult

  /// Prepares a report.
  ///
  /// - Parameter result: What was measured.
  public init(_ result: TransferResult) { self.result = result }

  /// The page with everything.
  public var page: HTMLReport {
    HTMLReport(
      title: "Transfer learning: the generalisation gap of large batches, and what it is made of",
      lead: lead, sections: [summary, published, corrected, decomposition, inference, raw],
      facts: facts)
  }

  /// The rows after the last epoch, for the terminal; what is left of the source's statistics, after the
  /// first stage.
  public var summaryTable: TextTable {
    TextTable(
      columns: [
        .init("batch"), .init("training", unit: "%"), .init("averages", unit: "%"),
        .init("matched", unit: "%"), .init("exact", unit: "%"), .init("gap", unit: "points"),
        .init("lag", unit: "points"), .init("left", unit: "%"), .init("mᵗ", unit: "%"),
      ],
      rows: result.rows(epochs: result.options.epochs).map { row in
        let first = result.row(batchSize: row.batchSize, epochs: result.options.first.epochs)
        return [
          .number(Double(row.batchSize), .decimals(0)),
          .number(row.trainingPercent?.mean, .decimals(1)),
          .number(row.validationPercent[.averages]?.mean, .decimals(1)),
          .number(row.validationPercent[.matched]?.mean, .decimals(1)),
          .number(row.validationPercent[.population]?.mean, .decimals(1)),
          .number(row.gap[.averages]?.mean, .decimals(1)), .number(row.lag?.mean, .decimals(1)),
          .number(first?.sourceShare.map { 100 * $0.mean }, .decimals(2)),
          .number(first.map { 100 * $0.predictedShare }, .decimals(2)),
        ]
      })
  }

  /// Every epoch of every transfer with every digit.
  public var fullTable: TextTable {
    let digits = NumberFormat.significant(15)
    return TextTable(
      columns: [
        .init("mode", alignment: .left), .init("batch_size"), .init("trial"), .init("epoch"),
        .init("steps"), .init("training_accuracy"), .init("training_loss"),
        .init("validation_averages"), .init("validation_matched"),
        .init("validation_population"), .init("source_share"), .init("matched_source_share"),
        .init("predicted_share"),
      ],
      rows: result.transfers.flatMap { transfer in
        transfer.epochs.enumerated().map { index, epoch in
          [
            .text(transfer.isInferenceMode ? "inference" : "batch"),
            .number(Double(transfer.batchSize), .decimals(0)),
            .number(Double(transfer.trial + 1), .decimals(0)),
            .number(Double(index + 1), .decimals(0)),
            .number(Double(epoch.steps), .decimals(0)),
            .number(epoch.trainingAccuracy, digits), .number(epoch.trainingLoss, digits),
            .number(epoch.averages, digits), .number(epoch.matched, digits),
            .number(epoch.population, digits), .number(epoch.sourceShare, digits),
            .number(epoch.matchedSourceShare, digits),
            .number(result.predictedShare(steps: epoch.steps), digits),
          ]
        }
      })
  }

  /// Writes `results.json`, `results.csv` and `report.html`.
  ///
  /// - Parameter folder: The folder to write to.
  /// - Throws: `OutputError` if the system refuses.
  public func write(to folder: OutputFolder) throws(OutputError) {
    try StudyFiles.write(result, fullTable, page, to: folder)
  }

  private var lead: String {
    let options = result.options
    let count = NumberFormat.decimals(0).string(Double(result.data.training))
    return "A study of transfer learning finds the same training accuracy for every batch size, a "
      + "validation accuracy that falls from 0.98 at a batch of 16 to about 0.74 at 128, and concludes "
      + "that larger batches generalise worse. Here it is repeated on \(count) images of "
      + "\(result.data.name), from a base pretrained on \(result.source). Its framework let frozen "
      + "normalising layers run on the batch's statistics in training and on moving averages in "
      + "validation. So after every epoch the very same weights are validated with those averages, "
      + "with averages that forget as much per sample at any batch size, and with the exact statistics "
      + "of the training set. Means over "
      + "\(NumberFormat.counted(options.trials, "trial")) with 95 % intervals by Student's t; "
      + "growths are differences between batch sizes within each trial."
      + (result.isComplete ? "" : " The study was interrupted: what is missing says so.")
  }

  private var facts: [HTMLReport.Fact] {
    let options = result.options
    return [
      .init("Base", options.base),
      .init(
        "Source",
        result.source
          + (result.sourceAccuracy.map {
            ", \(NumberFormat.decimals(1).string(100 * $0)) % of its test images"
          } ?? "")),
      .init(
        "Target",
        "\(result.data.name), \(result.data.training) to train on, \(result.data.validation) to "
          + "validate on" + (options.isBinary ? ", two classes" : "")),
      .init(
        "Optimizer",
        "RMSprop (ρ 0.9, ε 1e-7), rates \(options.first.learningRate) and "
          + "\(options.second.learningRate), constant"),
      .init("Epochs", "\(options.first.epochs) + \(options.second.epochs), short batches dropped"),
      .init("Momentum of the averages", "\(options.momentum) a step"),
      .init("Augmentation", options.augmentation == nil ? "none" : "as published, second stage"),
      .init("Trainer", result.engine),
      .init("Seeds", "\(options.seed) and following, one per trial"),
    ] + HTMLReport.Fact.facts(of: result.machine)
  }
}
