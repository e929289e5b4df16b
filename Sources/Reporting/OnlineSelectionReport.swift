import Files
import Measurement
import Studies

/// The online-selection study as a page, tables and files.
public struct OnlineSelectionReport {
  let result: OnlineSelectionResult
  let rows: [OnlineSelectionRow]

  /// Prepares a report.
  ///
  /// - Parameter result: What was measured.
  public init(_ result: OnlineSelectionResult) {
    self.result = result
    rows = result.rows
  }

  /// The page with everything.
  public var page: HTMLReport {
    HTMLReport(
      title: "Batch size variation: online selection, as described, as published and controlled",
      lead: lead,
      sections: [summary] + result.options.models.map(publishedSection)
        + result.options.models.map(selectionSection) + [confounds, costs, rates, raw],
      facts: facts)
  }

  /// The rows at the published rate, for the terminal.
  public var summaryTable: TextTable {
    TextTable(
      columns: [
        .init("model", alignment: .left), .init("arm", alignment: .left),
        .init("accuracy", unit: "%"), .init("against", unit: "points"), .init("from"), .init("to"),
        .init("ties", unit: "%"), .init("s/epoch"),
      ],
      rows: rows.filter { $0.setting == .published }.map { row in
        [
          .text(OnlineSelectionResult.shortName(of: row.model)), .text(row.arm),
          .number(row.accuracyPercent?.mean, .decimals(2)),
          .number(row.difference?.mean, .decimals(2)),
          .number(row.difference?.lower, .decimals(2)),
          .number(row.difference?.upper, .decimals(2)),
          .number(row.shares.count > 1 ? 100 * row.tieShare : nil, .decimals(0)),
          .number(row.secondsPerEpoch, .significant(3)),
        ]
      })
  }

  /// Every row with every digit.
  public var fullTable: TextTable {
    let digits = NumberFormat.significant(15)
    return TextTable(
      columns: [
        .init("model", alignment: .left), .init("setting", alignment: .left),
        .init("arm", alignment: .left), .init("learning_rate"), .init("trials"),
        .init("accuracy_percent"), .init("accuracy_percent_95"), .init("test_loss"),
        .init("difference_points"), .init("difference_from"), .init("difference_to"),
        .init("tie_share"),
      ] + result.options.candidates.map { .init("share_\($0)") } + [
        .init("samples_to_target"), .init("trials_at_target"), .init("seconds_per_epoch"),
        .init("scored_per_sample"),
      ],
      rows: rows.map { row in
        let head: [TextTable.Cell] = [
          .text(row.model), .text(row.setting.rawValue), .text(row.arm),
          .number(row.learningRate, digits),
          .number((row.accuracyPercent?.count).map(Double.init), .decimals(0)),
          .number(row.accuracyPercent?.mean, digits),
          .number(halfWidth(row.accuracyPercent), digits), .number(row.testLoss?.mean, digits),
          .number(row.difference?.mean, digits), .number(row.difference?.lower, digits),
          .number(row.difference?.upper, digits), .number(row.tieShare, digits),
        ]
        let shares = result.options.candidates.map { size -> TextTable.Cell in
          let own = arm(row.arm)?.selection.candidates ?? []
          return .number(own.firstIndex(of: size).map { row.shares[$0] } ?? 0, digits)
        }
        return head + shares + [
          .number(row.samplesToTarget?.mean, digits),
          .number(Double(row.reachedTarget), .decimals(0)), .number(row.secondsPerEpoch, digits),
          .number(row.scoredPerSample, digits),
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

  func arm(_ name: String) -> OnlineSelectionOptions.Arm? {
    result.arms.first { $0.name == name }
  }

  func rows(_ model: String, _ setting: OnlineSelectionResult.Setting) -> [OnlineSelectionRow] {
    rows.filter { $0.model == model && $0.setting == setting }
  }

  private var lead: String {
    let data = result.data
    let count = NumberFormat.decimals(0).string(Double(data.training))
    return "“Batch Size Variation” chooses the batch size anew at every iteration, by the smallest "
      + "or the largest average loss of a forward pass over 256 images in parts of 256, 128 or 64, "
      + "with the learning rate in proportion, and finds that it does worse than a fixed 256. Here "
      + "it is repeated with three perceptrons on \(count) images of \(data.name): as the text "
      + "describes it, as its author's loop does it, and with one thing changed at a time. "
      + "Differences are between trainings of the same seed, with 95 % bootstrap intervals over "
      + "\(result.options.trials) seeds; claims are judged from "
      + "\(OnlineSelectionResult.fewestTrials) seeds on."
      + (result.isComplete ? "" : " The study was interrupted: what is missing says so.")
  }

  private var facts: [HTMLReport.Fact] {
    [
      .init("Data", "\(result.data.name), normalised \(result.data.normalization)"),
      .init(
        "Images",
        "\(result.data.training) to train on, \(result.data.validation) held out, "
          + "\(result.data.test) to test"),
      .init(
        "Optimizer",
        "SGD, momentum 0.9, weight decay 5e-4, rate \(result.options.learningRate), a tenth of it "
          + "on a plateau"),
      .init("Epochs", "\(result.options.epochs), the last, short batch dropped"),
      .init("Trainer", result.engine),
      .init("Seeds", "\(result.options.seed) and following, one per trial"),
    ] + HTMLReport.Fact.facts(of: result.machine)
  }
}
