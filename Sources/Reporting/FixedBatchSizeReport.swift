import Files
import Measurement
import Studies

/// The fixed-batch-size study as a page, tables and files.
public struct FixedBatchSizeReport {
  let result: FixedBatchSizeResult
  let rows: [FixedBatchSizeRow]

  /// Prepares a report.
  ///
  /// - Parameter result: What was measured.
  public init(_ result: FixedBatchSizeResult) {
    self.result = result
    rows = result.rows
  }

  /// The page with everything.
  public var page: HTMLReport {
    HTMLReport(
      title: "Effect of batch size: fixed batch sizes, as published and controlled",
      lead: lead,
      sections: [summary] + result.models.flatMap { publishedSections($0.name) } + confounds
        + [costs, raw],
      facts: facts)
  }

  /// The rows of the published arm, for the terminal.
  public var summaryTable: TextTable {
    TextTable(
      columns: [
        .init("model", alignment: .left), .init("batch", alignment: .right),
        .init("time/epoch", unit: "s"), .init("±"), .init("latency", unit: "µs/image"),
        .init("accuracy", unit: "%"), .init("±"), .init("energy*", unit: "µJ"),
        .init("CO₂e*", unit: "ng"),
      ],
      rows: rows(ofArm: Self.published).map { row in
        [
          .text(row.model), .number(Double(row.batchSize), .decimals(0)),
          .number(row.secondsPerEpoch?.mean, .significant(3)),
          .number(halfWidth(row.secondsPerEpoch), .significant(2)),
          .number(row.latency.map { $0.value * 1e6 }, .significant(3)),
          .number(row.accuracyPercent?.mean, .decimals(2)),
          .number(halfWidth(row.accuracyPercent), .decimals(2)),
          .number(row.energy.value.map { $0.value * 1e6 }, .significant(3)),
          .number(row.carbon.value.map { $0.value * 1e9 }, .significant(3)),
        ]
      })
  }

  /// Every row of every arm, with every digit.
  public var fullTable: TextTable {
    TextTable(
      columns: [
        .init("model", alignment: .left), .init("arm", alignment: .left), .init("batch_size"),
        .init("learning_rate"), .init("trials"), .init("seconds_per_epoch"),
        .init("seconds_per_epoch_95"), .init("accuracy_percent"), .init("accuracy_percent_95"),
        .init("accuracy_percent_published_formula"), .init("test_loss"), .init("training_loss"),
        .init("training_loss_published_formula"), .init("latency_seconds_per_image"),
        .init("energy_joules_text"), .init("carbon_grams_text"), .init("energy_joules"),
        .init("energy_provenance", alignment: .left),
      ],
      rows: rows.map { row in
        let digits = NumberFormat.significant(15)
        return [
          .text(row.model), .text(row.arm), .number(Double(row.batchSize), .decimals(0)),
          .number(row.learningRate, digits),
          .number((row.accuracyPercent?.count).map(Double.init), .decimals(0)),
          .number(row.secondsPerEpoch?.mean, digits),
          .number(halfWidth(row.secondsPerEpoch), digits),
          .number(row.accuracyPercent?.mean, digits),
          .number(halfWidth(row.accuracyPercent), digits),
          .number(row.publishedAccuracyPercent?.mean, digits),
          .number(row.testLoss?.mean, digits), .number(row.trainingLoss?.mean, digits),
          .number(row.publishedTrainingLoss?.mean, digits),
          .number(row.latency?.value, digits), .number(row.energy.value?.value, digits),
          .number(row.carbon.value?.value, digits),
          .number(row.energyRecord?.joules?.value, digits),
          row.energyRecord.map { .text($0.provenance.rawValue) } ?? .unavailable,
        ]
      })
  }

  /// Writes `results.json`, `results.csv` and `report.html`.
  ///
  /// - Parameter folder: The folder to write to.
  /// - Throws: `OutputError` if the system refuses.
  public func write(to folder: OutputFolder) throws(OutputError) {
    try StudyFiles.write(result, fullTable, page, to: folder)
  }

  static let published = FixedBatchSizeOptions.Arm.published.name

  func rows(ofArm arm: String, model: String? = nil) -> [FixedBatchSizeRow] {
    rows.filter { $0.arm == arm && (model == nil || $0.model == model) }
  }

  private var lead: String {
    let data = result.data
    return "“Effect of Batch Size” (24 December 2024, \(PublishedFigures.source)) trains two "
      + "perceptrons with batch sizes 1 to 128 and compares training time, latency, accuracy and "
      + "energy. Here it is repeated on "
      + "\(NumberFormat.decimals(0).string(Double(data.training))) images of \(data.name), as "
      + "published, and then with other learning rates and with figures that can be compared, to "
      + "show what causes each result. Intervals are Student's t over "
      + "\(NumberFormat.counted(result.options.trials, "trial")), 95 %"
      + (result.options.trials > 3 ? "." : "; over so few they are wide.")
      + (result.isComplete ? "" : " The study was interrupted: what is missing says so.")
  }

  private var facts: [HTMLReport.Fact] {
    [
      .init("Data", "\(result.data.name), normalised \(result.data.normalization)"),
      .init(
        "Images",
        "\(result.data.training) to train on, \(result.data.validation) held out, "
          + "\(result.data.test) to test"),
      .init("Trainer", result.engine),
      .init("Seeds", "\(result.options.seed) and following, one per trial"),
    ] + HTMLReport.Fact.facts(of: result.machine)
  }
}
