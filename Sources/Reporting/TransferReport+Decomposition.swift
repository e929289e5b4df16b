import Measurement
import Statistics
import Studies

extension TransferReport {
  /// What the gap is made of, and the closed form of the lag.
  var decomposition: HTMLReport.Section {
    .init(
      "What the gap is made of",
      blocks: [
        .paragraph(
          "Lag is what validation loses by the averages: accuracy with exact statistics less accuracy "
            + "with averages, of the same weights. Its share is of the gap between training and "
            + "validation: above 100 % where exact statistics validate better than the epoch trained, "
            + "whose weights were still moving. Averages that forget as much per sample as those of the "
            + "smallest batch have the momentum m^(B/\(result.options.batchSizes.first ?? 1)) at batch size B."
        ),
        .charts([gapChart, shareChart]), .table(table),
        .paragraph(
          "How much of the source's statistics is left is measured layer by layer: λ = ⟨μ − μ*, μˢ − "
            + "μ*⟩/|μˢ − μ*|², with the means μ of the averages, μˢ of the source and μ* of the training "
            + "set, in units of its deviations. Averages that only forget have λ = mᵗ after t steps. "
            + "In the first stage the base's weights don't move, and this is all there is; in the "
            + "second the statistics themselves move on, and the averages are behind them too."),
        .charts([leftChart]),
      ])
  }

  /// What later versions of the framework do.
  var inference: HTMLReport.Section {
    .init(
      "Frozen layers in inference mode",
      blocks: [
        .paragraph(
          "Later versions of that framework let frozen layers normalise by their averages in training "
            + "too. In the first stage, in which all of the base is frozen, validation then sees what "
            + "training saw; in the second the layers that learn still have averages that lag. These "
            + "are trainings of their own."),
        .charts(
          stages.map { epochs in
            Chart(
              "Against the batch size, after \(NumberFormat.counted(epochs, "epoch"))",
              subtitle: intervals, xAxis: sizeAxis, yAxis: accuracyAxis,
              series: [
                .init("training", points: inferenceTraining(epochs: epochs), color: 0),
                .init(
                  "validation",
                  points: percentages(result.rows(epochs: epochs)) {
                    $0.validationPercent[.inference]
                  },
                  color: 1),
              ])
          }),
      ])
  }

  /// Every epoch, on demand.
  var raw: HTMLReport.Section {
    .init(
      "Raw data",
      blocks: [
        .paragraph(
          "results.json holds everything; results.csv every epoch of every transfer. A fingerprint is "
            + "one hash over weights and optimizer state: the same seed and options give the same "
            + "again."),
        .details(
          summary: "All \(result.transfers.count) transfers", blocks: [.table(transfersTable)]),
      ])
  }

  private var rows: [TransferRow] { result.rows(epochs: result.options.epochs) }

  private var gapChart: Chart {
    let arms: [(TransferResult.Arm, String)] = [
      (.averages, "moving averages"), (.matched, "momentum matched to samples"),
      (.population, "exact statistics"), (.inference, "frozen in inference mode"),
    ]
    return Chart(
      "Gap between training and validation accuracy",
      subtitle: "after \(NumberFormat.counted(result.options.epochs, "epoch")), \(intervals)",
      xAxis: sizeAxis,
      yAxis: .init("points", includesZero: true),
      series: arms.enumerated().map { index, arm in
        .init(arm.1, points: points(rows) { $0.gap[arm.0] }, color: index)
      })
  }

  private var shareChart: Chart {
    Chart(
      "Share of the gap that is lag", subtitle: intervals, xAxis: sizeAxis,
      yAxis: .init("per cent", includesZero: true),
      series: result.comparedEpochs.enumerated().map { index, epochs in
        .init(
          "after \(NumberFormat.counted(epochs, "epoch"))",
          points: points(result.rows(epochs: epochs), \.lagShare).map { point in
            Chart.Point(
              x: point.x, y: point.y.map { 100 * $0 }, lower: point.lower.map { 100 * $0 },
              upper: point.upper.map { 100 * $0 })
          }, color: index)
      })
  }

  private var leftChart: Chart {
    Chart(
      "Share of the source's statistics left in the averages",
      subtitle: "measured (solid), and mᵗ (dashed)", xAxis: epochAxis,
      yAxis: .init("per cent", includesZero: true),
      series: result.options.batchSizes.enumerated().flatMap { index, size in
        let transfers = result.transfers(batchSize: size, isInferenceMode: false)
        return [
          Chart.Series(
            "batch \(size)", points: means(transfers) { $0.sourceShare.map { 100 * $0 } },
            color: index),
          Chart.Series(
            "batch \(size), mᵗ",
            points: means(transfers) { 100 * result.predictedShare(steps: $0.steps) },
            color: index, stroke: .dashed),
        ]
      })
  }

  /// The ends of both stages, in epochs.
  private var stages: [Int] { [result.options.first.epochs, result.options.epochs] }

  private func inferenceTraining(epochs: Int) -> [Chart.Point] {
    result.options.batchSizes.map { size in
      let accuracies = result.transfers(batchSize: size, isInferenceMode: true)
        .map { 100 * $0.epochs[epochs - 1].trainingAccuracy }
      return Chart.Point(x: Double(size), mean: TrialMean(accuracies)).within(0...100)
    }
  }

  private var table: TextTable {
    TextTable(
      columns: [
        .init("Epochs"), .init("Batch"), .init("Steps"), .init("Gap", unit: "points"),
        .init("Lag", unit: "points"), .init("±"), .init("Share", unit: "%"), .init("±"),
        .init("Matched gap", unit: "points"), .init("Exact gap", unit: "points"),
        .init("Left", unit: "%"), .init("mᵗ", unit: "%"),
      ],
      rows: Set([result.options.first.epochs] + result.comparedEpochs).sorted()
        .flatMap(result.rows).map { row in
          [
            .number(Double(row.epochs), .decimals(0)), .number(Double(row.batchSize), .decimals(0)),
            .number(Double(row.steps), .decimals(0)),
            .number(row.gap[.averages]?.mean, .decimals(1)), .number(row.lag?.mean, .decimals(1)),
            .number(halfWidth(row.lag), .decimals(1)),
            .number(row.lagShare.map { 100 * $0.mean }, .decimals(0)),
            .number(halfWidth(row.lagShare).map { 100 * $0 }, .decimals(0)),
            .number(row.gap[.matched]?.mean, .decimals(1)),
            .number(row.gap[.population]?.mean, .decimals(1)),
            .number(row.sourceShare.map { 100 * $0.mean }, .decimals(2)),
            .number(100 * row.predictedShare, .decimals(2)),
          ]
        })
  }

  private var transfersTable: TextTable {
    TextTable(
      columns: [
        .init("Frozen layers", alignment: .left), .init("Batch"), .init("Trial"),
        .init("Training", unit: "%"), .init("Averages", unit: "%"), .init("Exact", unit: "%"),
        .init("Fingerprint", alignment: .left),
      ],
      rows: result.transfers.map { transfer in
        let last = transfer.epochs.last
        return [
          .text(transfer.isInferenceMode ? "inference" : "batch"),
          .number(Double(transfer.batchSize), .decimals(0)),
          .number(Double(transfer.trial + 1), .decimals(0)),
          .number(last.map { 100 * $0.trainingAccuracy }, .decimals(1)),
          .number(last.map { 100 * $0.averages }, .decimals(1)),
          .number(last?.population.map { 100 * $0 }, .decimals(1)), .text(transfer.fingerprint),
        ]
      })
  }
}
