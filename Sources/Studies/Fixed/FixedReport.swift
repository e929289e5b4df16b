import Files
import Measurement
import Reporting
import Statistics
import TrainingCore

/// The study as a page and tables.
extension StudyResult<FixedStudy> {
  static var published: String { FixedStudy.Arm.published.name }
  static var means: String { "mean over trials and its 95 % interval" }

  static var columns: [Column<FixedRow>] {
    Column.list(
      Column.text("model", "Model", \.model),
      Column.text("arm", "Arm", \.arm),
      Column.count("batch_size", "Batch", \.batchSize),
      Column.number("learning_rate", "Rate", .significant(3), \.learningRate),
      Column.count("trials", "Trials") { $0.accuracyPercent?.count },
      Column.mean("seconds_per_epoch", "Time/epoch", "s", .significant(3), \.secondsPerEpoch),
      Column.mean("accuracy_percent", "Accuracy", "%", .decimals(2), \.accuracyPercent),
      Column.number("accuracy_percent_published_formula", "Mean of batches", "%", .decimals(3)) {
        $0.publishedAccuracyPercent?.mean
      },
      Column.number("test_loss", "Test loss", .significant(4)) { $0.testLoss?.mean },
      Column.number("training_loss", "Training loss", .significant(4)) { $0.trainingLoss?.mean },
      Column.number("training_loss_published_formula", "As published", .significant(4)) {
        $0.publishedTrainingLoss?.mean
      },
      Column.number(
        "latency_seconds_per_image", "Latency", "µs/image", .significant(3), scale: 1e6
      ) { $0.latency?.value },
      Column.number("energy_joules_text", "16 W × latency", "µJ", .significant(3), scale: 1e6) {
        $0.energy.value?.value
      },
      Column.number("carbon_grams_text", "CO₂e of that", "ng", .significant(3), scale: 1e9) {
        $0.carbon.value?.value
      },
      Column.number("energy_joules", "Energy", "µJ", .significant(3), scale: 1e6) {
        $0.energyRecord?.joules?.value
      },
      Column.text("energy_provenance", "Known") { $0.energyRecord?.provenance.rawValue })
  }

  var report: StudyReport {
    StudyReport(
      title: "Effect of batch size: fixed batch sizes, as published and controlled",
      lead:
        "“Effect of Batch Size” (24 December 2024, \(PublishedFigures.source)) trains two "
        + "perceptrons with batch sizes 1 to 128 and compares training time, latency, accuracy and "
        + "energy. Here it is repeated on \(NumberFormat.whole(data.training)) images of "
        + "\(data.name), as published, and then with other learning rates and with figures that "
        + "can be compared, to show what causes each result. Intervals are Student's t over "
        + "\(NumberFormat.counted(options.trials, "trial")), 95 %"
        + (options.trials > 3 ? "." : "; over so few they are wide."),
      claims: claims,
      sections: options.models.flatMap(publishedSections) + confounds + [costs, raw],
      facts: data.facts + [.seeds(from: options.seed)],
      table: TextTable(allOf: rows, Self.columns), summary: summary,
      notes: "± half of the 95 % interval over trials. 16 W × latency, and 713 g/kWh of that, are "
        + "modelled.")
  }

  var summary: TextTable {
    TextTable(
      rows(arm: Self.published), Self.columns,
      [
        "model", "batch_size", "seconds_per_epoch", "seconds_per_epoch_95",
        "latency_seconds_per_image", "accuracy_percent", "accuracy_percent_95",
        "energy_joules_text", "carbon_grams_text",
      ])
  }

  /// One model as the article measures it: charts, and the figures beside the published ones.
  private func publishedSections(_ model: String) -> [HTMLReport.Section] {
    let rows = rows(arm: Self.published, model: model)
    let article = PublishedFigures.all.filter { $0.model == model }
    guard !rows.isEmpty else { return [] }
    /// What was measured here, and what the article prints.
    func chart(
      _ title: String, _ subtitle: String, xAxis: Chart.Axis? = nil, _ yAxis: Chart.Axis,
      _ figure: KeyPath<PublishedFigures, Double>, measured: (FixedRow) -> Chart.Point
    ) -> Chart {
      var series = [Chart.Series("measured here", points: rows.map(measured), color: 0)]
      if !article.isEmpty {
        let points = article.map { Chart.Point(x: Double($0.batchSize), y: $0[keyPath: figure]) }
        series.append(.init("published, MNIST", points: points, color: 1, stroke: .dashed))
      }
      return Chart(
        title, subtitle: subtitle, xAxis: xAxis ?? batchAxis, yAxis: yAxis, series: series)
    }
    let charts = [
      chart(
        "Training time", Self.means, .init("seconds per epoch", scale: .log10), \.secondsPerEpoch
      ) { point($0, \.secondsPerEpoch) },
      chart(
        "Inference latency at the training batch size",
        "mean over copies of the first trial's model, and its interval", xAxis: sharedBatchAxis,
        .init("µs per image", scale: .log10), \.microsecondsPerImage
      ) { latencyPoint(model, training: $0.batchSize, inference: $0.batchSize) },
      chart(
        "Accuracy on test images", Self.means, .init("per cent"), \.accuracyPercent,
        measured: accuracyPoint),
      energyChart(rows, article),
    ]
    let first = trainings.filter {
      $0.model == model && $0.arm == Self.published && $0.trial == 0
    }
    let losses = Chart(
      "Training loss per sample", subtitle: "first trial; each sample at the weights of its step",
      xAxis: .init("samples seen"), yAxis: .init("loss per sample, nats", includesZero: true),
      series: first.enumerated().map { index, training in
        .init(
          "batch \(training.batchSize)",
          points: training.curve.map { .init(x: Double($0.samples), y: $0.loss) }, color: index)
      })
    return [
      .init(
        "\(model), as published",
        .paragraph(
          "Adam at 0.001 for every batch size, \(NumberFormat.counted(options.epochs, "epoch")), "
            + "latency at the training batch size. "
            + (article.isEmpty
              ? "The article has no figures of this model."
              : "The published figures (dashed) are from a laptop and from all of MNIST: compare "
                + "the shapes, not the values.")),
        .charts(charts), .table(comparison(rows, article)), .table(energies(rows)),
        .note(label: "How the energy is known", text: energyNote(rows)),
        .charts([losses]))
    ]
  }

  private func comparison(_ rows: [FixedRow], _ article: [PublishedFigures]) -> TextTable {
    func published(
      _ unit: String, _ format: NumberFormat, _ figure: KeyPath<PublishedFigures, Double>
    ) -> [Column<FixedRow>] {
      Column.number("published \(unit)", "published", unit, format) { row in
        article.first { $0.batchSize == row.batchSize }?[keyPath: figure]
      }
    }
    let steps = Column<FixedRow>.count("steps", "Steps per epoch") {
      (data.training + $0.batchSize - 1) / $0.batchSize
    }
    return TextTable(
      rows,
      Self.columns + steps + published("s", .significant(3), \.secondsPerEpoch)
        + published("µs/image", .significant(3), \.microsecondsPerImage)
        + published("%", .decimals(1), \.accuracyPercent),
      [
        "batch_size", "steps", "seconds_per_epoch", "seconds_per_epoch_95", "published s",
        "latency_seconds_per_image", "published µs/image", "accuracy_percent",
        "accuracy_percent_95", "published %",
      ])
  }

  var batchAxis: Chart.Axis { batchAxis("training batch size") }

  /// The axis of charts over a batch size that is that of training and of inference.
  var sharedBatchAxis: Chart.Axis { batchAxis("batch size of training and of inference") }

  func batchAxis(_ title: String) -> Chart.Axis {
    .init(title, scale: .log2, ticks: options.batchSizes.map(Double.init))
  }

  /// A row's accuracy over trials with its interval, which ends where percentages do.
  func accuracyPoint(_ row: FixedRow) -> Chart.Point {
    point(row, \.accuracyPercent).within(0...100)
  }

  /// A mean over trials with its interval, at a row's batch size.
  func point(_ row: FixedRow, _ mean: KeyPath<FixedRow, TrialMean?>) -> Chart.Point {
    .init(x: Double(row.batchSize), mean: row[keyPath: mean])
  }

  func latencyPoint(_ model: String, training: Int, inference: Int) -> Chart.Point {
    let latency = latency(model: model, training: training, inference: inference)
    let interval = latency?.measured.interval
    return .init(
      x: Double(inference), y: latency.map { $0.perImage.value * 1e6 },
      lower: interval.map { $0.lower.value * 1e6 }, upper: interval.map { $0.upper.value * 1e6 })
  }

  private var costs: HTMLReport.Section {
    let models = options.models.compactMap { try? ModelSpec(named: $0) }
    let columns: [Column<ModelSpec>] = Column.list(
      Column.text("model", "Model", \.name),
      Column.count("parameters", "Parameters") { ModelCost(of: $0).parameters },
      Column.count("flops", "FLOPs per image") { ModelCost(of: $0).flops },
      Column.count("bytes", "Bytes on disk") { Checkpoint.weightBytes(of: $0) })
    return .init(
      "Costs that don't depend on the batch size",
      .table(TextTable(models, columns)),
      .paragraph(
        "FLOPs by the article's count: for each output of a dense layer a multiplication per "
          + "input, one addition less, and one for the bias."))
  }

  private var raw: HTMLReport.Section {
    let columns: [Column<FixedRecord.Training>] = Column.list(
      Column.text("model", "Model", \.model),
      Column.text("arm", "Arm", \.arm),
      Column.count("batch_size", "Batch", \.batchSize),
      Column.count("trial", "Trial") { $0.trial + 1 },
      Column.number("learning_rate", "Learning rate", .significant(3), \.learningRate),
      Column.number("seconds", "Seconds per epoch", .significant(3), \.secondsPerEpoch),
      Column.number("training_loss", "Training loss", .significant(4)) {
        $0.epochs.last?.trainingLoss
      },
      Column.number("test_loss", "Test loss", .significant(4), \.testLoss),
      Column.number(
        "test_accuracy", "Test accuracy", "%", .decimals(2), scale: 100, \.testAccuracy),
      Column.text("fingerprint", "Fingerprint", \.fingerprint))
    return .rawData(
      ", latency samples included; results.csv the rows",
      all: "\(trainings.count) trainings", TextTable(trainings, columns))
  }
}
