import Measurement
import Reporting
import Statistics

extension StudyResult<FixedStudy> {
  /// Each confound of the article: how it was published, and the same question asked cleanly.
  var confounds: [HTMLReport.Section] {
    options.models.flatMap { model -> [HTMLReport.Section] in
      let rows = rows(arm: Self.published, model: model)
      guard !rows.isEmpty else { return [] }
      let blocks =
        lossBlocks(rows) + accuracyBlocks(rows) + latencyBlocks(model) + rateBlocks(model)
        + trialBlocks(model)
      return [.init("\(model): what causes it", blocks: blocks)]
    } + [units]
  }

  private func lossBlocks(_ rows: [FixedRow]) -> [HTMLReport.Block] {
    func chart(
      _ title: String, _ formula: String, _ yAxis: Chart.Axis, _ name: String, color: Int,
      _ loss: KeyPath<FixedRow, TrialMean?>
    ) -> Chart {
      Chart(
        title, subtitle: "\(formula), last epoch", xAxis: batchAxis, yAxis: yAxis,
        series: [.init(name, points: rows.map { point($0, loss) }, color: color)])
    }
    let formula = "sum of batch means / samples"
    return [
      .note(
        label: "1 · A loss divided twice",
        text:
          "The article adds up the batches' mean losses and divides by the number of samples, so "
          + "its loss shrinks with one over the batch size whatever the model learns. The loss "
          + "per sample can be compared."),
      .charts([
        chart(
          "Training loss, as published", formula, .init("loss", scale: .log10), formula, color: 1,
          \.publishedTrainingLoss),
        chart(
          "Training loss, controlled", "exact sum / samples",
          .init("loss per sample, nats", includesZero: true), "loss per sample", color: 0,
          \.trainingLoss),
      ]),
    ]
  }

  private func accuracyBlocks(_ rows: [FixedRow]) -> [HTMLReport.Block] {
    [
      .note(
        label: "2 · A mean of batch accuracies",
        text: "The article averages the batches' accuracies, so the images of a short last batch "
          + "count more than others. \(data.test) test images:"),
      .table(
        TextTable(
          rows,
          Self.columns
            + Column.count("last", "Last batch") { row in
              let last = data.test % row.batchSize
              return last == 0 ? row.batchSize : last
            }
            + Column.number("per_image", "Per image", "%", .decimals(3)) {
              $0.accuracyPercent?.mean
            }
            + Column.number("difference", "Difference", "points", .decimals(3)) { row in
              row.publishedAccuracyPercent.flatMap { published in
                row.accuracyPercent.map { published.mean - $0.mean }
              }
            },
          [
            "batch_size", "last", "accuracy_percent_published_formula", "per_image", "difference",
          ])),
    ]
  }

  private func latencyBlocks(_ model: String) -> [HTMLReport.Block] {
    let sizes = options.batchSizes
    return [
      .note(
        label: "3 · Latency belongs to the inference batch size",
        text:
          "The article measures each model at the batch size that it was trained with. Measured "
          + "for every pair, only the inference batch size can matter: the models do the same "
          + "work. Where a model's weights happen to lie in memory does make a difference, so each "
          + "is measured on several copies; the interval is over these."),
      .charts([
        Chart(
          "Latency against the inference batch size",
          subtitle: "mean over copies of each model, and its 95 % interval",
          xAxis: batchAxis("images per forward pass"), yAxis: .init("µs per image", scale: .log10),
          series: sizes.enumerated().map { index, training in
            .init(
              "trained at \(training)",
              points: sizes.map { latencyPoint(model, training: training, inference: $0) },
              color: index)
          })
      ]),
      .table(
        TextTable(
          sizes,
          Column.count("training", "Trained at") { $0 }
            + sizes.flatMap { inference in
              Column<Int>.number(
                "\(inference)", "inference \(inference)", "µs/image", .significant(3)
              ) {
                latencyPoint(model, training: $0, inference: inference).y
              }
            }, caption: "µs per image, mean over copies")),
    ]
  }

  private func rateBlocks(_ model: String) -> [HTMLReport.Block] {
    let base = options.baseBatchSize
    let arms: [(name: String, label: String)] = [
      (Self.published, "Adam, one rate (published)"), ("adam-sqrt", "Adam, rate ∝ √batch"),
      ("sgd", "SGD, one rate"), ("sgd-linear", "SGD, rate ∝ batch"),
    ]
    let series = arms.enumerated().compactMap { color, arm -> Chart.Series? in
      let rows = rows(arm: arm.name, model: model)
      return rows.isEmpty ? nil : .init(arm.label, points: rows.map(accuracyPoint), color: color)
    }
    return [
      .note(
        label: "4 · One learning rate for all",
        text: "The same sweep with the rate scaled from its value at batch \(base), which is "
          + "\(rate(Self.published)) for Adam and \(rate("sgd")) for SGD: by the root for Adam "
          + "(Malladi et al. 2022), in proportion for SGD (Goyal et al. 2017). Neither rule keeps "
          + "the number of steps, which falls as the batch grows."),
      .charts([
        Chart(
          "Accuracy under four rules for the learning rate",
          subtitle: Self.means, xAxis: batchAxis,
          yAxis: .init("test accuracy, per cent"), series: series)
      ]),
      .table(
        TextTable(
          options.batchSizes,
          Column.count("batch", "Batch") { $0 }
            + arms.flatMap { arm in
              Column<Int>.mean(arm.name, arm.label, "%", .decimals(2)) { size in
                rows(arm: arm.name, model: model).first { $0.batchSize == size }?
                  .accuracyPercent
              }
            })),
    ]
  }

  private func rate(_ arm: String) -> String {
    FixedStudy.Arm.all.first { $0.name == arm }.map { "\($0.learningRate)" }
      ?? NumberFormat.unavailable
  }

  private func trialBlocks(_ model: String) -> [HTMLReport.Block] {
    let trainings = trainings.filter { $0.model == model && $0.arm == Self.published }
    return [
      .note(
        label: "5 · Single runs",
        text:
          "The article has one run for each batch size. These are the accuracies of single runs "
          + "that differ in nothing but the seed:"),
      .table(
        TextTable(
          options.batchSizes,
          Column.count("batch", "Batch") { $0 }
            + (0..<options.trials).flatMap { trial in
              Column<Int>.number("\(trial)", "trial \(trial + 1)", "%", .decimals(2), scale: 100) {
                size in
                trainings.first { $0.batchSize == size && $0.trial == trial }?.testAccuracy
              }
            })),
    ]
  }

  private var units: HTMLReport.Section {
    let time = Estimate.measured(Seconds(23.8e-6))
    let energy = EnergyModel.published.energy(for: time).value
    let carbon = EnergyModel.published.carbon(for: time).value
    return .init(
      "Micrograms that are nanograms",
      .paragraph(
        "The article prints \(PublishedFigures.printedCarbon) for an inference of 23.8 µs. Its own "
          + "formula gives 23.8 µs × 16 W = \(energy?.description ?? "–"), and at 713 g/kWh "
          + "\(carbon?.formatted(significantDigits: 2) ?? "–"): the printed figure is 3600 "
          + "times as large, which is what leaving out the seconds of an hour does."))
  }
}
