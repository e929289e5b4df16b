import Studies

extension OnlineSelectionReport {
  /// What the text claims and what became of it.
  var summary: HTMLReport.Section { .claims(result.claims.map { (nil, $0) }) }

  /// The text's four plots for one model: loss and accuracy, minimum and maximum, against the
  /// baseline.
  func publishedSection(_ model: String) -> HTMLReport.Section {
    let criteria = [BatchSizeSelection.Criterion.minimum, .maximum].map(\.rawValue)
    let charts = criteria.flatMap { criterion -> [Chart] in
      let arms = [
        (result.options.baseline, "fixed \(result.options.baseBatchSize)", 0),
        ("\(criterion)-published", "as published", 1), (criterion, "as described", 2),
      ]
      return [
        curves(
          "Loss, \(criterion) criterion", "held-out images, mean over trials", "nats per image",
          model, arms
        ) { $0.validationLoss },
        curves(
          "Accuracy, \(criterion) criterion", "held-out images, mean over trials", "per cent",
          model, arms
        ) { 100 * $0.validationAccuracy },
      ]
    }
    return .init(
      "\(model): the text's plots",
      blocks: [
        .paragraph(
          "The text plots loss and accuracy over the epochs, for the minimum and the maximum "
            + "criterion, each against training with a fixed batch of "
            + "\(result.options.baseBatchSize). All arms have the published rate. The target is the "
            + "least held-out accuracy that \(result.options.baseline) ends with in any trial."),
        .charts(charts), .table(table(model, .published)),
      ])
  }

  /// One model's arms against the baseline.
  func table(
    _ model: String, _ setting: OnlineSelectionResult.Setting
  ) -> TextTable {
    TextTable(
      columns: [
        .init("Arm", alignment: .left), .init("Rate"), .init("Accuracy", unit: "%"), .init("±"),
        .init("Against \(result.options.baseline)", unit: "points"), .init("From"), .init("To"),
        .init("Test loss", unit: "nats"), .init("Samples to target"), .init("Reached by"),
      ],
      rows: rows(model, setting).map { row in
        [
          .text(row.arm), .number(row.learningRate, .significant(2)),
          .number(row.accuracyPercent?.mean, .decimals(2)),
          .number(halfWidth(row.accuracyPercent), .decimals(2)),
          .number(row.difference?.mean, .decimals(2)),
          .number(row.difference?.lower, .decimals(2)),
          .number(row.difference?.upper, .decimals(2)), .number(row.testLoss?.mean, .decimals(4)),
          .number(row.samplesToTarget?.mean, .decimals(0)),
          .number(Double(row.reachedTarget), .decimals(0)),
        ]
      })
  }

  /// A figure of each epoch, averaged over trials, for some arms.
  func curves(
    _ title: String, _ subtitle: String, _ unit: String, _ model: String,
    _ arms: [(name: String, label: String, color: Int)],
    _ figure: (OnlineSelectionResult.Epoch) -> Double
  ) -> Chart {
    Chart(
      title, subtitle: subtitle, xAxis: epochAxis, yAxis: .init(unit),
      series: arms.compactMap { arm in
        let trainings = result.trainings(model: model, setting: .published, arm: arm.name)
        guard !trainings.isEmpty else { return nil }
        return .init(arm.label, points: means(trainings, figure), color: arm.color)
      })
  }

  /// The mean over trials of a figure of each epoch, with its interval.
  func means(
    _ trainings: [OnlineSelectionResult.Training],
    _ figure: (OnlineSelectionResult.Epoch) -> Double
  ) -> [Chart.Point] {
    (0..<result.options.epochs).map { epoch in
      let figures = trainings.compactMap { training in
        training.epochs.indices.contains(epoch) ? figure(training.epochs[epoch]) : nil
      }
      return Chart.Point(
        x: Double(epoch + 1),
        y: figures.isEmpty ? nil : figures.reduce(0, +) / Double(figures.count))
    }
  }

  var epochAxis: Chart.Axis {
    let epochs = result.options.epochs
    let step = max((epochs + 11) / 12, 1)
    return Chart.Axis("epoch", ticks: stride(from: 1, through: epochs, by: step).map(Double.init))
  }
}
