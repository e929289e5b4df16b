import Measurement
import Statistics
import Studies

extension TransferReport {
  /// What the text claims and what became of it.
  var summary: HTMLReport.Section { .claims(result.claims.map { (nil, $0) }) }

  /// The text's figures, with the moving averages.
  var published: HTMLReport.Section {
    .init(
      "The text's figures: validated with moving averages",
      blocks: [
        .paragraph(
          "Accuracy over the epochs for each batch size, in training and in validation, and against "
            + "the batch size. The averages take \(share) of each step's statistics, whatever the "
            + "batch size."),
        .charts(charts(.averages)), .table(table(.averages)),
      ])
  }

  /// The same weights with exact statistics.
  var corrected: HTMLReport.Section {
    .init(
      "The same weights, validated with the training set's statistics",
      blocks: [
        .paragraph(
          "Nothing is trained anew: each normalising layer is given the mean and the variance that "
            + "its inputs have over all training images, the layers before it normalising by theirs."
        ),
        .charts(charts(.population)), .table(table(.population)),
      ])
  }

  private var share: String { NumberFormat.significant(2).string(1 - result.options.momentum) }

  private func charts(_ arm: TransferResult.Arm) -> [Chart] {
    [
      curves("Training accuracy", arm) { $0.trainingAccuracy },
      curves("Validation accuracy", arm) { $0.validation(arm) },
    ]
      + result.comparedEpochs.map { epochs in
        let rows = result.rows(epochs: epochs)
        return Chart(
          "Against the batch size, after \(NumberFormat.counted(epochs, "epoch"))",
          subtitle: intervals, xAxis: sizeAxis, yAxis: accuracyAxis,
          series: [
            .init(
              "training", points: percentages(rows, \.trainingPercent), color: 0),
            .init(
              "validation", points: percentages(rows) { $0.validationPercent[arm] }, color: 1),
          ])
      }
  }

  var intervals: String { "mean and 95 % interval over \(trials)" }

  private var trials: String { NumberFormat.counted(result.options.trials, "trial") }

  /// From zero on, so that the same figure has the same height in every section.
  var accuracyAxis: Chart.Axis { .init("per cent correct", includesZero: true) }

  var sizeAxis: Chart.Axis {
    .init("batch size", scale: .log2, ticks: result.options.batchSizes.map(Double.init))
  }

  func points(
    _ rows: [TransferRow], _ figure: (TransferRow) -> TrialMean?
  ) -> [Chart.Point] {
    rows.map { Chart.Point(x: Double($0.batchSize), mean: figure($0)) }
  }

  /// The same of percentages, whose intervals end where percentages do.
  func percentages(
    _ rows: [TransferRow], _ figure: (TransferRow) -> TrialMean?
  ) -> [Chart.Point] {
    points(rows, figure).map { $0.within(0...100) }
  }

  private func curves(
    _ title: String, _ arm: TransferResult.Arm,
    _ figure: (TransferResult.Epoch) -> Double?
  ) -> Chart {
    Chart(
      title, subtitle: "mean over \(trials)", xAxis: epochAxis,
      yAxis: accuracyAxis,
      series: result.options.batchSizes.enumerated().map { index, size in
        .init(
          "batch \(size)",
          points: means(result.transfers(batchSize: size, isInferenceMode: arm == .inference)) {
            figure($0).map { 100 * $0 }
          }, color: index)
      })
  }

  /// The mean over trials of a figure of each epoch.
  func means(
    _ transfers: [TransferResult.Transfer], _ figure: (TransferResult.Epoch) -> Double?
  ) -> [Chart.Point] {
    (0..<result.options.epochs).map { epoch in
      Chart.Point(
        x: Double(epoch + 1),
        y: TrialMean(transfers.compactMap { figure($0.epochs[epoch]) })?.mean)
    }
  }

  var epochAxis: Chart.Axis {
    let epochs = result.options.epochs
    let step = max((epochs + 9) / 10, 1)
    return Chart.Axis(
      "epoch", ticks: stride(from: step, through: epochs, by: step).map(Double.init))
  }

  private func table(_ arm: TransferResult.Arm) -> TextTable {
    TextTable(
      columns: [
        .init("Epochs"), .init("Batch"), .init("Training", unit: "%"), .init("±"),
        .init("Validation", unit: "%"), .init("±"), .init("Gap", unit: "points"), .init("±"),
      ],
      rows: result.comparedEpochs.flatMap(result.rows).map { row in
        [
          .number(Double(row.epochs), .decimals(0)), .number(Double(row.batchSize), .decimals(0)),
          .number(row.trainingPercent?.mean, .decimals(1)),
          .number(halfWidth(row.trainingPercent), .decimals(1)),
          .number(row.validationPercent[arm]?.mean, .decimals(1)),
          .number(halfWidth(row.validationPercent[arm]), .decimals(1)),
          .number(row.gap[arm]?.mean, .decimals(1)),
          .number(halfWidth(row.gap[arm]), .decimals(1)),
        ]
      })
  }
}
