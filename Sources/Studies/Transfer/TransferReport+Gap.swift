import Reporting
import Statistics

extension StudyResult<TransferStudy> {
  var published: HTMLReport.Section {
    .init(
      "The article's figures: validated with moving averages",
      blocks: [
        .paragraph(
          "Accuracy over the epochs for each batch size, in training and in validation, and "
            + "against the batch size. The averages take "
            + "\(NumberFormat.significant(2).string(1 - options.momentum)) of each step's "
            + "statistics, whatever the batch size.")
      ] + accuracies(.averages))
  }

  var corrected: HTMLReport.Section {
    .init(
      "The same weights, validated with the training set's statistics",
      blocks: [
        .paragraph(
          "Nothing is trained anew: each normalising layer is given the mean and the variance that "
            + "its inputs have over all training images, the layers before it normalising by "
            + "theirs."
        )
      ] + accuracies(.population))
  }

  var decomposition: HTMLReport.Section {
    let compared = Set([options.first.epochs] + comparedEpochs).sorted()
    let arms: [(TransferStudy.Arm, String)] = [
      (.averages, "moving averages"), (.matched, "momentum matched to samples"),
      (.population, "exact statistics"), (.inference, "frozen in inference mode"),
    ]
    let gaps = sizeChart(
      "Gap between training and validation accuracy", "\(after(options.epochs)), \(intervals)",
      .init("points", includesZero: true),
      arms.map { arm, name in (name, options.epochs, { $0.gap(arm) }) })
    let shares = sizeChart(
      "Share of the gap that is lag", intervals, percentAxis,
      comparedEpochs.map { (after($0), $0, \.lagSharePercent) })
    let left = epochChart(
      "Share of the source's statistics left in the averages",
      subtitle: "measured (solid), and mᵗ (dashed)", yAxis: percentAxis,
      [
        ("", .solid, { $0.sourceShare }),
        (", mᵗ", .dashed, { predictedShare(steps: $0.steps) }),
      ])
    return .init(
      "What the gap is made of",
      .paragraph(
        "Lag is what validation loses by the averages: accuracy with exact statistics less "
          + "accuracy with averages, of the same weights. Its share is of the gap between training "
          + "and validation: above 100 % where exact statistics validate better than the epoch "
          + "trained, whose weights were still moving. Averages that forget as much per sample as "
          + "those of the smallest batch have the momentum m^(B/\(options.batchSizes.first ?? 1)) "
          + "at batch size B."),
      .charts([gaps, shares]),
      .table(
        TextTable(
          compared.flatMap(rows), columns(),
          [
            "epochs", "batch", "steps", "averages_gap", "lag", "lag_95", "share", "share_95",
            "matched_gap", "population_gap", "left", "predicted",
          ])),
      .paragraph(
        "How much of the source's statistics is left is measured layer by layer: λ = ⟨μ − μ*, μˢ − "
          + "μ*⟩/|μˢ − μ*|², with the means μ of the averages, μˢ of the source and μ* of the "
          + "training set, in units of its deviations. Averages that only forget have λ = mᵗ after "
          + "t steps. In the first stage the base's weights don't move, and this is all there is; "
          + "in the second the statistics themselves move on, and the averages lag there too."),
      .charts([left]))
  }

  var inference: HTMLReport.Section {
    .init(
      "Frozen layers in inference mode",
      .paragraph(
        "Later versions of that framework let frozen layers normalise by their averages in "
          + "training too. In the first stage, in which all of the base is frozen, validation then "
          + "sees what training saw; in the second the layers that learn still have averages that "
          + "lag. These are trainings of their own."),
      .charts([options.first.epochs, options.epochs].map { accuracyChart(.inference, epochs: $0) }))
  }

  var trials: String { NumberFormat.counted(options.trials, "trial") }

  private var intervals: String { "mean and 95 % interval over \(trials)" }

  /// From zero on, so that the same figure has the same height in every section.
  private var accuracyAxis: Chart.Axis { .init("per cent correct", includesZero: true) }

  private var percentAxis: Chart.Axis { .init("per cent", includesZero: true) }

  private var epochAxis: Chart.Axis {
    let step = max((options.epochs + 9) / 10, 1)
    return .init(
      "epoch", ticks: stride(from: step, through: options.epochs, by: step).map(Double.init))
  }

  private func after(_ epochs: Int) -> String {
    "after \(NumberFormat.counted(epochs, "epoch"))"
  }

  /// Training and validation in an arm, over the epochs and against the batch size.
  private func accuracies(_ arm: TransferStudy.Arm) -> [HTMLReport.Block] {
    let curves = [
      epochChart("Training accuracy", [("", .solid, { $0.trainingAccuracy })]),
      epochChart("Validation accuracy", [("", .solid, { $0.validation(arm) })]),
    ]
    return [
      .charts(curves + comparedEpochs.map { accuracyChart(arm, epochs: $0) }),
      .table(
        TextTable(
          comparedEpochs.flatMap(rows), columns(),
          [
            "epochs", "batch", "training", "training_95", "\(arm)", "\(arm)_95", "\(arm)_gap",
            "\(arm)_gap_95",
          ])),
    ]
  }

  /// Shares over the epochs, of transfers with batch statistics: means over trials, a colour for each
  /// batch size.
  private func epochChart(
    _ title: String, subtitle: String? = nil, yAxis: Chart.Axis? = nil,
    _ curves: [(
      name: String, stroke: Chart.Series.Stroke, share: (TransferRecord.Epoch) -> Double?
    )]
  ) -> Chart {
    Chart(
      title, subtitle: subtitle ?? "mean over \(trials)", xAxis: epochAxis,
      yAxis: yAxis ?? accuracyAxis,
      series: options.batchSizes.enumerated().flatMap { index, size in
        let transfers = transfers(batchSize: size, isInferenceMode: false)
        return curves.map { curve in
          let points = (0..<options.epochs).map { epoch in
            let shares = transfers.compactMap { curve.share($0.epochs[epoch]) }
            return Chart.Point(x: Double(epoch + 1), y: TrialMean(shares.map { 100 * $0 })?.mean)
          }
          return Chart.Series(
            "batch \(size)\(curve.name)", points: points, color: index, stroke: curve.stroke)
        }
      })
  }

  /// Figures against the batch size, each series with the epochs after which it has them.
  private func sizeChart(
    _ title: String, _ subtitle: String, _ yAxis: Chart.Axis,
    _ series: [(name: String, epochs: Int, figure: (TransferRow) -> TrialMean?)]
  ) -> Chart {
    Chart(
      title, subtitle: subtitle,
      xAxis: .init("batch size", scale: .log2, ticks: options.batchSizes.map(Double.init)),
      yAxis: yAxis,
      series: series.enumerated().map { index, series in
        let points = rows(epochs: series.epochs).map { row in
          let point = Chart.Point(x: Double(row.batchSize), mean: series.figure(row))
          return yAxis == accuracyAxis ? point.within(0...100) : point
        }
        return .init(series.name, points: points, color: index)
      })
  }

  private func accuracyChart(_ arm: TransferStudy.Arm, epochs: Int) -> Chart {
    sizeChart(
      "Against the batch size, \(after(epochs))", intervals, accuracyAxis,
      [
        ("training", epochs, { $0.trainingPercent(arm) }),
        ("validation", epochs, { $0.validationPercent(arm) }),
      ])
  }
}
