import Measurement
import Statistics
import Studies

extension FixedBatchSizeReport {
  /// What the text claims and what became of it.
  var summary: HTMLReport.Section {
    .claims(
      result.models.flatMap { model in
        result.claims(model: model.name).map { (model.name, $0) }
      })
  }

  /// One model as the text measures it: charts, and the figures beside the published ones.
  func publishedSections(_ model: String) -> [HTMLReport.Section] {
    let rows = rows(ofArm: Self.published, model: model)
    let text = PublishedFigures.all.filter { $0.model == model }
    guard !rows.isEmpty else { return [] }
    let charts = [
      chart(
        "Training time", Self.means, "seconds per epoch", scale: .log10,
        measured: rows.map { point($0.batchSize, $0.secondsPerEpoch) },
        text: text.map { .init(x: Double($0.batchSize), y: $0.secondsPerEpoch) }),
      chart(
        "Inference latency at the training batch size",
        "mean over copies of the first trial's model, and its interval",
        "µs per image", scale: .log10, xAxis: sharedBatchAxis,
        measured: rows.map {
          latencyPoint(model, training: $0.batchSize, inference: $0.batchSize)
        },
        text: text.map { .init(x: Double($0.batchSize), y: $0.microsecondsPerImage) }),
      chart(
        "Accuracy on test images", Self.means, "per cent", scale: .linear,
        measured: rows.map { percentPoint($0.batchSize, $0.accuracyPercent) },
        text: text.map { .init(x: Double($0.batchSize), y: $0.accuracyPercent) }),
      energyChart(rows, text),
    ]
    return [
      .init(
        "\(model), as published",
        blocks: [
          .paragraph(
            "Adam at 0.001 for every batch size, "
              + "\(NumberFormat.counted(result.options.epochs, "epoch")), latency at the training batch "
              + "size. "
              + (text.isEmpty
                ? "The text has no figures of this model."
                : "The published figures (dashed) are from a laptop and from all of MNIST: compare "
                  + "the shapes, not the values.")),
          .charts(charts), .table(comparison(rows, text)), .table(energies(rows)),
          .note(label: "How the energy is known", text: energyNote(rows)),
          .charts([lossCurves(model)]),
        ])
    ]
  }

  private func chart(
    _ title: String, _ subtitle: String, _ unit: String, scale: Chart.Axis.Scale,
    xAxis: Chart.Axis? = nil, measured: [Chart.Point], text: [Chart.Point]
  ) -> Chart {
    var series = [Chart.Series("measured here", points: measured, color: 0)]
    if !text.isEmpty {
      series.append(.init("published, MNIST", points: text, color: 1, stroke: .dashed))
    }
    return Chart(
      title, subtitle: subtitle, xAxis: xAxis ?? batchAxis,
      yAxis: .init(unit, scale: scale), series: series)
  }

  static let means = "mean over trials and its 95 % interval"

  private func comparison(_ rows: [FixedBatchSizeRow], _ text: [PublishedFigures]) -> TextTable {
    TextTable(
      columns: [
        .init("Batch", alignment: .right), .init("Steps per epoch", alignment: .right),
        .init("Time per epoch", unit: "s"), .init("±"),
        .init("published", unit: "s"), .init("Latency", unit: "µs/image"),
        .init("published", unit: "µs/image"), .init("Accuracy", unit: "%"), .init("±"),
        .init("published", unit: "%"),
      ],
      rows: rows.map { row in
        let published = text.first { $0.batchSize == row.batchSize }
        return [
          .number(Double(row.batchSize), .decimals(0)),
          .number(steps(row.batchSize), .decimals(0)),
          .number(row.secondsPerEpoch?.mean, .significant(3)),
          .number(halfWidth(row.secondsPerEpoch), .significant(2)),
          .number(published?.secondsPerEpoch, .significant(3)),
          .number(row.latency.map { $0.value * 1e6 }, .significant(3)),
          .number(published?.microsecondsPerImage, .significant(3)),
          .number(row.accuracyPercent?.mean, .decimals(2)),
          .number(halfWidth(row.accuracyPercent), .decimals(2)),
          .number(published?.accuracyPercent, .decimals(1)),
        ]
      })
  }

  private func lossCurves(_ model: String) -> Chart {
    let first = result.trainings.filter {
      $0.model == model && $0.arm == Self.published && $0.trial == 0
    }
    return Chart(
      "Training loss per sample", subtitle: "first trial; each sample at the weights of its step",
      xAxis: .init("samples seen"), yAxis: .init("loss per sample, nats", includesZero: true),
      series: first.enumerated().map { index, training in
        .init(
          "batch \(training.batchSize)",
          points: training.curve.map { .init(x: Double($0.samples), y: $0.loss) }, color: index)
      })
  }

  /// The axis of every chart over training batch sizes.
  var batchAxis: Chart.Axis { batchAxis("training batch size") }

  /// The axis of charts over a batch size that is that of training and of inference.
  var sharedBatchAxis: Chart.Axis { batchAxis("batch size of training and of inference") }

  private func batchAxis(_ title: String) -> Chart.Axis {
    .init(title, scale: .log2, ticks: result.options.batchSizes.map(Double.init))
  }

  private func steps(_ batchSize: Int) -> Double {
    (Double(result.data.training) / Double(batchSize)).rounded(.up)
  }

  /// A percentage over trials with its interval, which ends where percentages do.
  func percentPoint(_ batchSize: Int, _ mean: TrialMean?) -> Chart.Point {
    point(batchSize, mean).within(0...100)
  }

  /// A mean over trials with its interval, at a batch size.
  func point(_ batchSize: Int, _ mean: TrialMean?) -> Chart.Point {
    .init(x: Double(batchSize), mean: mean)
  }
}
