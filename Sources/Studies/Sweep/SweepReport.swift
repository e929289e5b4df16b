import Foundation
import Reporting
import Statistics

/// One batch size with one learning rate over all trials.
struct SweepRow {
  /// One of each trial, in their order.
  let trainings: [SweepRecord]

  var batchSize: Int { trainings[0].batchSize }
  var learningRate: Double { trainings[0].learningRate }
  /// Trials whose loss became something that isn't a number.
  var diverged: Int { trainings.count(where: \.isDiverged) }

  /// The mean of a figure over trials; nil where one of them diverged.
  func mean(_ figure: (SweepRecord) -> Double) -> TrialMean? {
    diverged > 0 ? nil : TrialMean(trainings.map(figure))
  }

  var validationPercent: TrialMean? { mean { 100 * $0.validationAccuracy } }
  var testPercent: TrialMean? { mean { 100 * $0.testAccuracy } }
}

extension StudyResult<SweepStudy> {
  /// The batch sizes with each learning rate, as far as they are done.
  var rows: [SweepRow] {
    options.batchSizes.flatMap { size in options.learningRates.compactMap { row(size, $0) } }
  }

  func row(_ batchSize: Int, _ learningRate: Double) -> SweepRow? {
    let own = records.filter { $0.batchSize == batchSize && $0.learningRate == learningRate }
    return own.isEmpty ? nil : SweepRow(trainings: own)
  }

  /// The row with the largest accuracy on the held-out images, the first of equals.
  var best: SweepRow? {
    rows.filter { $0.validationPercent != nil }.reduce(nil) { best, row in
      guard let best, let mean = best.validationPercent?.mean else { return row }
      return row.validationPercent?.mean ?? 0 > mean ? row : best
    }
  }
}

/// The sweep as a page and tables.
struct SweepReport {
  let result: StudyResult<SweepStudy>
  let rows: [SweepRow]

  init(_ result: StudyResult<SweepStudy>) {
    self.result = result
    rows = result.rows
  }

  private static var columns: [Column<SweepRow>] {
    Column.list(
      Column.count("batch_size", "Batch", \.batchSize),
      Column.number("learning_rate", "Rate", .significant(2), \.learningRate),
      Column.count("trials", "Trials", \.trainings.count),
      Column.count("diverged", "Diverged", \.diverged),
      Column.count("steps", "Steps") { $0.trainings[0].steps },
      Column.mean(
        "validation_percent", "Validation", "%", .decimals(2), \.validationPercent),
      Column.mean("test_percent", "Test", "%", .decimals(2), \.testPercent),
      Column.mean("validation_loss", "Validation loss", "nats", .decimals(4)) {
        $0.mean(\.validationLoss)
      },
      Column.mean("test_loss", "Test loss", "nats", .decimals(4)) { $0.mean(\.testLoss) })
  }

  private var model: String { result.options.base.model.name }

  /// What a figure is the mean of, after what it is.
  private var ofTrials: String {
    let trials = result.options.trials
    return trials > 1 ? ", the mean of \(NumberFormat.counted(trials, "trial"))" : ""
  }

  var report: StudyReport {
    let options = result.options
    return StudyReport(
      title: "Sweep of \(model): batch size and learning rate",
      lead:
        "\(model) was trained by \(options.base.optimizer.name) on "
        + "\(NumberFormat.counted(result.data.training, "image")) of \(result.data.name) for "
        + "\(NumberFormat.counted(options.epochs, "epoch")), with "
        + "\(NumberFormat.counted(options.batchSizes.count, "batch size")) and "
        + "\(NumberFormat.counted(options.learningRates.count, "learning rate")), "
        + "\(NumberFormat.counted(options.trials, "trial")) of each. "
        + best,
      claims: result.claims, sections: [maps, curves, raw],
      facts: result.data.facts + [
        .init("Optimizer", options.base.optimizer.name), .seeds(from: options.base.seed),
      ],
      table: TextTable(allOf: rows, Self.columns),
      summary: TextTable(
        rows, Self.columns,
        ["batch_size", "learning_rate", "validation_percent", "test_percent", "diverged"]),
      notes: best)
  }

  /// Which pair does best, in words.
  private var best: String {
    guard let best = result.best, let validation = best.validationPercent?.mean,
      let test = best.testPercent?.mean
    else { return "No pair has trained without diverging: use smaller learning rates." }
    let percent = NumberFormat.decimals(2)
    return "The best on the held-out images is a batch size of \(best.batchSize) with a rate of "
      + "\(NumberFormat.shortest(best.learningRate)): \(percent.string(validation)) % there, "
      + "\(percent.string(test)) % on the test images."
  }

  private var maps: HTMLReport.Section {
    .init(
      "Every pair",
      .paragraph(
        "The pair with the largest accuracy on the held-out images has a frame. The test images had "
          + "no part in choosing it, so its accuracy there is the one to expect of new images."),
      .heatMaps([
        map("Accuracy on the held-out images", \.validationPercent),
        map("Accuracy on the test images", \.testPercent),
      ]))
  }

  private func map(_ title: String, _ figure: (SweepRow) -> TrialMean?) -> HeatMap {
    let best = result.best
    let options = result.options
    // The largest rate is on top, as on an axis.
    let rates = Array(options.learningRates.reversed())
    return HeatMap(
      title,
      subtitle: "per cent after \(NumberFormat.counted(options.epochs, "epoch"))\(ofTrials)",
      xAxis: "batch size", yAxis: "learning rate", columns: options.batchSizes.map(String.init),
      rows: rates.map(NumberFormat.shortest),
      cells: rates.map { rate in
        options.batchSizes.map { size in
          guard let row = result.row(size, rate) else { return .unavailable }
          return row.diverged > 0 ? .text("diverged") : .number(figure(row)?.mean, .decimals(1))
        }
      },
      framed: best.flatMap { best in
        guard let row = rates.firstIndex(of: best.learningRate),
          let column = options.batchSizes.firstIndex(of: best.batchSize)
        else { return nil }
        return .init(row: row, column: column)
      })
  }

  private var curves: HTMLReport.Section {
    let options = result.options
    return .init(
      "By learning rate",
      .charts([
        Chart(
          "Accuracy on the held-out images",
          subtitle: "per cent after \(NumberFormat.counted(options.epochs, "epoch"))\(ofTrials)"
            + (options.trials > 1 ? "; bars span the 95 % interval" : ""),
          xAxis: .init("learning rate", scale: .log10, ticks: options.learningRates),
          yAxis: .init("%"),
          series: options.batchSizes.enumerated().map { color, size in
            .init(
              "batch \(size)",
              points: options.learningRates.map {
                Chart.Point(x: $0, mean: result.row(size, $0)?.validationPercent).within(0...100)
              }, color: color)
          })
      ]))
  }

  private var raw: HTMLReport.Section {
    .rawData(
      ", each training included; results.csv the pairs",
      all: NumberFormat.counted(rows.count, "pair"),
      TextTable(rows, Self.columns))
  }
}
